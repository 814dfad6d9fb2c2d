"""What is laid down elsewhere: outcome types, forces, offences, measures, periods, columns, printed findings."""

"""Do intervals and limits hold as often as they say? One module a family; each draws worlds whose truth is known."""

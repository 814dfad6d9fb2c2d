"""The words that a report uses in a sense of its own, explained once: they end every page and make docs/glossary.md."""

TERMS = {
    "Case": "one recorded crime. One victim may stand behind several.",
    "Withdrew": "the police recorded outcome type 14 or 16: the victim does not support further action.",
    "No further action": "the police recorded outcome type 10, 15, 18 or 21: closed, the victim not having withdrawn.",
    "Outcome type": "the Home Office's number for how an investigation ended. Every force uses the same list.",
    "Out of": "the cases that a share is taken of. The same number of withdrawals is a larger share of fewer cases.",
    "All recorded cases": "every case recorded in the period, whatever became of it, those still open too.",
    "Decided cases": "recorded cases that have an outcome; those still open are left out.",
    "Decided cases with a suspect": "decided cases in which the police identified somebody.",
    "Had ended by": "the share of all cases, open ones too, each counted for as long as it was followed.",
    "No ending on record": "the police or the publisher gave no outcome; most such cases are open, some may not be.",
    "Months after recording": "calendar months after the one in which the case was recorded, which is month 0.",
    "95% interval": "how far a share of this size might move by chance alone. It leaves out differences in recording.",
    "Not clearly different": "two shares whose intervals overlap: chance alone could explain what lies between them.",
}

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
    "95% interval": "how far a share of this size might move by chance alone. It leaves out differences in recording.",
    "Phase": "a stretch of time in which the counting is not known to have changed. Compare within it only.",
    "Limits": "how far from the mean a force or a period may lie by chance, or with an allowance for more.",
    "Signal": "a figure, or a run of them, that chance would seldom bring. It says where to ask, not why.",
    "Chance": "what makes counts differ where nothing else does, as two handfuls from one bag do.",
    "Chance taken out": "a share drawn towards the mean of all forces, the more the fewer its cases.",
    "Rank": "a place in the order of shares, 1 being the lowest. It is no mark for good work.",
    "Not clearly different": "two shares whose intervals overlap: chance alone could explain what lies between them.",
    "Percentage points": "what lies between two shares: 45% is 5 points more than 40%.",
    "Set against": "compared with the most common category of the same feature.",
    "Other features held": "compared among cases alike in every other feature, as far as a regression can do that.",
    "Odds ratio": "the odds of one category over those of another; odds are cases that ended so for each that did not.",
}

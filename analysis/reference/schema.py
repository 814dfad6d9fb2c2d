"""Every column once: its name, what kind of thing it holds, its unit, its heading and its meaning.

Tables, charts, records for machines and documentation all read their headings and units from here, so a column is
called the same wherever it stands.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

#: ``difference`` is of two shares (-1 to 1), ``distance`` one without its sign, ``ratio`` of two of a kind,
#: ``probability`` runs 0 to 1, ``number`` is any other.
Kind = Literal["label", "date", "count", "share", "difference", "distance", "ratio", "number", "probability"]
NUMERIC: tuple[Kind, ...] = ("count", "share", "difference", "distance", "ratio", "number", "probability")


@dataclass(frozen=True)
class Column:
    """One column: ``heading`` is printed, ``unit`` and ``meaning`` go to machines and to the notes."""

    name: str
    kind: Kind
    heading: str
    unit: str
    meaning: str


#: A row a column: its name, kind, heading, unit and meaning.
_COLUMNS: list[tuple[str, Kind, str, str, str]] = [
    # dimensions of counts
    ("force", "label", "Police force", "name", "police force that recorded the case"),
    ("period", "date", "Quarter", "first day", "month, quarter or year in which the case was recorded"),
    ("offence", "label", "Offence code", "Home Office code", "notifiable offence as classified by the police"),
    ("outcome", "label", "Outcome code", "code", "code of the outcome, in the scheme of its publisher"),
    ("crime_type", "label", "Crime type", "name", "data.police.uk's category of crime, coarser than an offence"),
    ("first_outcome", "label", "First outcome", "code", "code of the earliest outcome that was published"),
    ("lag", "label", "Time to outcome", "days or months", "from recording to outcome, or to the extract if open"),
    ("cases", "count", "Out of", "cases", "recorded crimes: the base of the share"),
    # labels that a result may add
    ("place", "label", "Place", "name", "one force, or all forces together"),
    ("offence_name", "label", "Offence", "name", "name of the offence"),
    ("outcome_name", "label", "Outcome", "name", "name of the outcome type"),
    ("disposition", "label", "How the case ended", "name", "outcome types that mean the same to a victim"),
    ("quarter", "label", "Quarter", "name", "financial quarter in which the case was recorded"),
    ("month", "label", "Month", "name", "month in which the case was recorded"),
    ("file", "label", "File", "name", "file that was read"),
    ("reason", "label", "Reason", "text", "why rows of a file were not counted"),
    ("year", "label", "Year", "name", "financial year in which the case was recorded"),
    ("measure", "label", "Measure", "name", "what is measured"),
    ("definition", "label", "What is counted", "text", "outcome types that a definition counts"),
    ("base", "label", "Share is out of", "text", "cases that the share is taken of"),
    ("finding", "label", "Published finding", "text", "a printed figure in this project's own words"),
    ("printed", "label", "Printed", "text", "the figure as its publisher printed it"),
    ("publisher", "label", "Where printed", "name", "who printed the figure"),
    ("verdict", "label", "Verdict", "text", "verdict on a printed figure by the figures held here"),
    ("bearing", "label", "The printed figure", "text", "whether a way of counting gives what was printed"),
    ("sample_size", "label", "If the sample were", "cases", "a size that the sample might have had"),
    # measures
    ("events", "count", "Cases", "cases", "cases that end in the way that is measured"),
    ("openness", "label", "Cases still open", "text", "many: over a tenth of those recorded have no outcome yet"),
    ("of_decided_share", "share", "Share, of decided", "share of decided cases, 0 to 1", "open cases left out"),
    ("share", "share", "Share", "share of the base, 0 to 1", "events divided by cases"),
    ("low", "share", "95% interval, lower", "share of the base, 0 to 1", "lower limit, Wilson unless said"),
    ("high", "share", "95% interval, upper", "share of the base, 0 to 1", "upper limit, Wilson unless said"),
    ("state", "label", "State", "name", "shown, not received, suppressed, not applicable, unreliable"),
    # comparison: a row against a target, the rest, or the middle of all rows
    ("allowance", "label", "Limits allow for", "text", "chance alone, or chance and real differences"),
    ("level", "label", "Level", "text", "part of all rows inside, where nothing but that is at work"),
    ("rows", "count", "Compared", "rows", "rows that were compared"),
    ("below", "count", "Below", "rows", "rows below the lower limit"),
    ("above", "count", "Above", "rows", "rows above the upper limit"),
    ("outside", "count", "Outside", "rows", "rows below or above the limits"),
    ("z", "number", "Standard errors away", "standard errors", "distance from the target, signed"),
    ("q_value", "probability", "Adjusted p value", "0 to 1", "p value adjusted for the number of rows"),
    ("position", "label", "By limits of chance", "text", "far (99.8%) or just (95%) below or above, or within"),
    ("allowed_position", "label", "If forces may differ", "text", "the same by limits that allow for that"),
    ("low_allowed_share", "share", "Limits, lower", "share of the base, 0 to 1", "lowest share within limits"),
    ("high_allowed_share", "share", "Limits, upper", "share of the base, 0 to 1", "highest share within limits"),
    ("extent", "label", "Same everywhere", "text", "whether rows are alike, by the rule of docs/methods.md"),
    ("floor_share", "share", "Nine in ten reach", "share of the base, 0 to 1", "a plain share that most rows reach"),
    ("rows_at_floor", "count", "Reach it", "rows", "rows whose share is at least that"),
    ("scatter", "number", "Times as scattered", "times", "mean squared z about the typical share; 1 by chance"),
    ("q", "number", "Q", "chi squared", "Cochran's test that all rows are alike, on the logit scale"),
    ("degrees", "count", "Degrees of freedom", "degrees", "what Q would come to by chance, about"),
    ("i_squared_share", "share", "I squared", "share, 0 to 1", "part of the variance that is more than chance"),
    ("tau", "ratio", "Tau", "log odds", "standard deviation between rows, leaving chance out"),
    ("tau_points", "number", "Tau, in points", "percentage points", "the same as a share, at the mean"),
    ("mean_share", "share", "Typical share", "share of the base, 0 to 1", "random-effects mean of the rows"),
    ("low_predicted_share", "share", "19 in 20, lower", "share, 0 to 1", "lower limit for the share of another row"),
    ("high_predicted_share", "share", "19 in 20, upper", "share, 0 to 1", "upper limit for the share of another row"),
    ("low_caught_share", "share", "Seen, at least", "share, 0 to 1", "least power against 15 points, at 95%"),
    ("high_caught_share", "share", "Seen, at most", "share, 0 to 1", "greatest power against 15 points, at 95%"),
    ("pooled_share", "share", "Share, pooled", "share of the base, 0 to 1", "share, leaving chance out"),
    ("low_pooled_share", "share", "Pooled, lower", "share of the base, 0 to 1", "lower 95% credible limit"),
    ("high_pooled_share", "share", "Pooled, upper", "share of the base, 0 to 1", "upper 95% credible limit"),
    ("rank", "number", "Rank", "1 is the lowest share", "place among the rows; equal shares have their mean"),
    ("low_rank", "number", "Rank, lower", "1 is the lowest share", "lower limit of the rank, at least 95%"),
    ("high_rank", "number", "Rank, upper", "1 is the lowest share", "upper limit of the rank, at least 95%"),
    ("other_base_share", "share", "Share, other base", "share, 0 to 1", "the same cases out of another base"),
    ("other_rank", "number", "Rank, other base", "1 is the lowest share", "place by the share out of another base"),
    ("rank_change", "number", "Places moved", "places", "rank out of the other base less that out of this one"),
    ("compared_with", "label", "Compared with", "name", "what a row is compared with"),
    ("other_share", "share", "Their share", "share of the base, 0 to 1", "share of what it is compared with"),
    ("difference_share", "difference", "Difference, points", "share, 1 is 100%", "the share less that of the others"),
    ("low_difference_share", "difference", "Difference, lower, points", "share, 1 is 100%", "lower 95% limit"),
    ("high_difference_share", "difference", "Difference, upper, points", "share, 1 is 100%", "upper 95% limit"),
    ("ratio", "ratio", "Ratio", "share over share", "the share over that of the others"),
    ("low_ratio", "ratio", "Ratio, lower", "share over share", "lower 95% limit"),
    ("high_ratio", "ratio", "Ratio, upper", "share over share", "upper 95% limit"),
    ("standardised_share", "share", "Share, same mix", "share, 0 to 1", "with the mix of cases of all forces"),
    ("low_standardised_share", "share", "Same mix, lower", "share, 0 to 1", "lower 95% limit, chance alone"),
    ("high_standardised_share", "share", "Same mix, upper", "share, 0 to 1", "upper 95% limit, chance alone"),
    ("mix_difference_share", "difference", "Owed to its mix", "share, 1 is 100%", "share less that of same mix"),
    ("covered_share", "share", "Mix covered", "share, 0 to 1", "cases of all forces of what the force has"),
    # profile: one force beside all forces together
    ("all_forces_share", "share", "All forces", "share of the base, 0 to 1", "of all forces together"),
    ("beside", "label", "Beside the others", "text", "by a test of the difference from all other forces"),
    # difference: the gap of a force to the others, in parts
    ("part", "label", "What makes the difference", "text", "a factor of the share, or all of them together"),
    ("here_share", "share", "Here", "share, 0 to 1", "the factor of the force, or its share"),
    ("there_share", "share", "Other forces", "share, 0 to 1", "the same of the other forces together"),
    ("part_share", "difference", "Makes, points", "share, 1 is 100%", "part of the gap due to the factor"),
    ("low_chance_share", "difference", "By chance, lower, points", "share, 1 is 100%", "lower 95% limit, chance alone"),
    (
        "high_chance_share",
        "difference",
        "By chance, upper, points",
        "share, 1 is 100%",
        "upper 95% limit, chance alone",
    ),
    ("low_differing_share", "difference", "If forces differ, lower, points", "share, 1 is 100%", "lower 95% limit"),
    ("high_differing_share", "difference", "If forces differ, upper, points", "share, 1 is 100%", "upper 95% limit"),
    ("holds", "label", "Established", "text", "whether it would hold for others like these"),
    ("standing", "label", "If none were worse than", "text", "the mark that rows are brought to"),
    ("reference_share", "share", "Which is", "share of the base, 0 to 1", "share at that place"),
    ("rows_moved", "count", "Forces that would move", "rows", "rows on the wrong side of that mark"),
    ("changed_events", "count", "Cases a year", "cases", "cases a year that would end differently"),
    ("low_events", "count", "Cases, lower", "cases", "lower 95% limit"),
    ("high_events", "count", "Cases, upper", "cases", "upper 95% limit"),
    ("low_differing_events", "count", "If forces differ, lower", "cases", "lower 95% limit where forces differ"),
    ("high_differing_events", "count", "If forces differ, upper", "cases", "upper 95% limit where forces differ"),
    ("low_open_events", "count", "Open cases, lower", "cases", "least, whichever way open cases end"),
    ("high_open_events", "count", "Open cases, upper", "cases", "most, whichever way open cases end"),
    # suspicion: one rule for similar issues nationwide
    ("level_share", "share", "At or above", "share of the base, 0 to 1", "share that was printed for London"),
    ("rows_at_level", "count", "Reach it", "rows", "rows at or above the printed share"),
    ("rows_open", "count", "Many open", "rows", "rows with many cases still open"),
    ("open_at_level", "count", "Of these, reach it", "rows", "rows with many open cases at or above that share"),
    ("others", "count", "Other offences tried", "offences", "with enough cases for the rule to be put to them"),
    ("others_holding", "count", "Rule holds for", "offences", "other offences for which the rule says the same"),
    # definitions: a measure under every way of counting it
    ("when", "label", "Period", "name", "the whole period, or a part of it"),
    ("choice", "label", "Choice", "text", "a choice to be made in counting"),
    ("options", "count", "Options", "options", "ways to decide it"),
    ("mean_range", "distance", "Moves the share by, on average", "share, 1 is 100%", "all else held"),
    ("widest_range", "distance", "At most", "share, 1 is 100%", "all else held"),
    ("ways", "count", "Ways of counting", "ways", "combinations of choices that have a share"),
    ("fitting", "count", "Give what was printed", "ways", "ways that round to the printed figure"),
    ("forces_fitting", "count", "Forces that match", "police forces", "forces whose own figures give it as well"),
    ("least", "count", "At least", "cases", "cases that are known to count"),
    ("most", "count", "At most", "cases", "cases that may count"),
    ("least_share", "share", "Share, at least", "share of the base, 0 to 1", "what is known to count"),
    ("most_share", "share", "Share, at most", "share of the base, 0 to 1", "what may count"),
    ("lowest_share", "share", "Lowest", "share of the base, 0 to 1", "smallest share of any way"),
    ("highest_share", "share", "Highest", "share of the base, 0 to 1", "largest share of any way"),
    # trends: control charts
    ("recorded", "count", "Recorded", "cases", "cases recorded in the period"),
    ("centre_recorded", "count", "Expected", "cases a period", "what the other periods of the phase predict"),
    ("low_recorded", "count", "Limit, lower", "cases a period", "below it a period is a signal"),
    ("high_recorded", "count", "Limit, upper", "cases a period", "above it a period is a signal"),
    ("charges", "count", "Charges", "charges", "charges in the quarter, of cases recorded then or earlier"),
    ("per_hundred", "number", "Per 100 recorded", "charges per 100 cases recorded", "charges over cases recorded"),
    (
        "centre_per_hundred",
        "number",
        "Expected",
        "charges per 100 cases recorded",
        "what the other periods of the phase predict",
    ),
    ("low_per_hundred", "number", "Limit, lower", "charges per 100 cases recorded", "below it a period is a signal"),
    ("high_per_hundred", "number", "Limit, upper", "charges per 100 cases recorded", "above it a period is a signal"),
    ("centre", "share", "Expected", "share of the base, 0 to 1", "what the other periods of the phase predict"),
    ("low_limit", "share", "Limit, lower", "share of the base, 0 to 1", "below it a period is a signal"),
    ("high_limit", "share", "Limit, upper", "share of the base, 0 to 1", "above it a period is a signal"),
    ("start_recorded", "count", "At its start", "cases a period", "first number of a phase"),
    ("end_recorded", "count", "At its end", "cases a period", "last number of a phase"),
    ("start_per_hundred", "number", "At its start", "charges per 100 cases recorded", "first number of a phase"),
    ("end_per_hundred", "number", "At its end", "charges per 100 cases recorded", "last number of a phase"),
    ("start_share", "share", "At its start", "share of the base, 0 to 1", "first share of a phase"),
    ("end_share", "share", "At its end", "share of the base, 0 to 1", "last share of a phase"),
    (
        "smallest_step",
        "number",
        "Smallest rise that would be seen",
        "part of the level; of a share, difference of shares",
        "lasting rise in mid-phase that is a signal in four series of five",
    ),
    ("phase", "label", "Phase", "number", "stretch between two breaks in the series"),
    ("stretch", "label", "Phase", "name", "number of a phase, and from when to when it lasts"),
    ("cut_by", "label", "Cut by", "name", "break that cuts the period in two"),
    ("after", "label", "After", "name", "breaks between this phase and the one before it"),
    ("change", "label", "Why it may not be compared with the phase before", "text", "what changed in between"),
    ("limits", "label", "Limits", "text", "full or none (under 8 periods)"),
    ("rule", "label", "Signal", "text", "above or below, where the period is a signal"),
    ("first_period", "label", "From", "name", "first period of a signal or phase"),
    ("last_period", "label", "To", "name", "last period of a signal or phase"),
    ("direction", "label", "Direction", "text", "above or below its limits"),
    ("points", "count", "Periods", "periods", "periods of a signal or phase that have a number"),
    ("caution", "label", "Caution", "text", "a point to note in a series"),
    ("noted", "label", "In one force", "name", "changes in one force, where a series of several is not cut"),
    # received: a force's own counts beside what is published of it
    ("own_events", "count", "From the file", "cases", "cases of the file that end in the way that is measured"),
    ("own_share", "share", "From the file, share", "share of recorded cases, 0 to 1", "of the cases of the file"),
    ("published_events", "count", "Published", "cases", "published cases that end in the way that is measured"),
    ("published_share", "share", "Published, share", "share of recorded cases, 0 to 1", "as it is published"),
    ("own_less_published_events", "count", "Difference", "cases", "cases of the file less those published"),
    ("own_less_published_share", "difference", "Difference, points", "share, 1 is 100%", "of the same shares"),
    # endings by year, with bounds
    ("edition", "label", "Edition", "name", "the month of the tables, or to which they run"),
    ("first_edition", "label", "First edition", "text", "whether it was taken within half a year of the year's end"),
    ("open_share", "share", "Without an outcome", "share, 0 to 1", "undecided cases of those recorded"),
    ("low_settled_share", "share", "Settles, lower", "share, 0 to 1", "lower limit of a forecast, of recorded"),
    ("high_settled_share", "share", "Settles, upper", "share, 0 to 1", "upper limit of a forecast, of recorded"),
    ("recorded_edition", "label", "Of recorded", "name", "edition of the recorded cases beside it"),
    ("forces", "count", "Forces", "police forces", "police forces that sent figures"),
    ("decided", "count", "Decided", "cases", "recorded cases that had an outcome in that edition"),
    ("undecided", "count", "Undecided", "cases", "recorded cases less those that had an outcome"),
    ("low_bound_share", "share", "Of recorded, at least", "share, 0 to 1", "if no undecided case ends so"),
    ("high_bound_share", "share", "Of recorded, at most", "share, 0 to 1", "if every undecided case ends so"),
    ("fewest_decided", "count", "Decided, fewest", "cases", "decided cases of the smaller of two years"),
    ("doubt", "label", "To beware of", "text", "doubt about a figure"),
    ("earlier", "label", "From", "name", "earlier of two financial years"),
    ("later", "label", "To", "name", "later of two financial years"),
    ("earlier_share", "share", "Of decided, from", "share of decided cases, 0 to 1", "in the earlier year"),
    ("later_share", "share", "Of decided, to", "share of decided cases, 0 to 1", "in the later year"),
    ("earlier_low_share", "share", "From, at least", "share of recorded cases, 0 to 1", "bound, earlier year"),
    ("earlier_high_share", "share", "From, at most", "share of recorded cases, 0 to 1", "bound, earlier year"),
    ("later_low_share", "share", "To, at least", "share of recorded cases, 0 to 1", "bound, later year"),
    ("later_high_share", "share", "To, at most", "share of recorded cases, 0 to 1", "bound, later year"),
    ("decided_change", "difference", "Change, of decided", "share, 1 is 100%", "later less earlier share"),
    ("recorded_change", "difference", "Change, of recorded", "share, 1 is 100%", "the same of the lower bounds"),
    ("settled_by", "label", "What would settle it", "text", "what is not held and would settle it"),
    ("whole_direction", "label", "All forces", "text", "direction, forces that sent nothing taken as undecided"),
    ("withdrew_change", "difference", "Withdrew", "share of decided cases", "change of types 14 and 16"),
    ("supports_change", "difference", "Victim supports", "share of decided cases", "change of type 15"),
    ("pooled_change", "difference", "Both together", "share of decided cases", "change of types 14, 15 and 16"),
    ("charged_change", "difference", "Charged", "share of decided cases", "change of type 1"),
    ("together_share", "share", "Types 14, 15, 16", "share of the base, 0 to 1", "withdrew and type 15 together"),
    ("together_rank", "number", "Rank by these", "1 is the lowest share", "place by types 14, 15 and 16 together"),
    ("one_split_share", "share", "15, 16 divided alike", "share of the base, 0 to 1", "as by all forces"),
    ("one_split_rank", "number", "Rank, divided alike", "1 is the lowest share", "place, 15 and 16 divided alike"),
    ("decided_together_share", "share", "14, 15, 16, of decided", "share of decided cases, 0 to 1", "the three types"),
    ("cancelled_share", "ratio", "Cancels", "part of the variance", "of withdrawal over forces, by type 15"),
    ("neutral_cancelled_share", "ratio", "By arithmetic", "part of the variance", "the same, split at random"),
    ("low_withdrew_share", "share", "Withdrew, lowest", "share of recorded cases, 0 to 1", "lowest force"),
    ("high_withdrew_share", "share", "Withdrew, highest", "share of recorded cases, 0 to 1", "highest force"),
    ("low_split_share", "share", "One division, lowest", "share of recorded cases, 0 to 1", "lowest force"),
    ("high_split_share", "share", "One division, highest", "share of recorded cases, 0 to 1", "highest force"),
    ("parting", "label", "Where the two part", "text", "whether type 15 offsets the difference in withdrawal"),
    ("reading", "label", "What it may be", "text", "whether most of a change is between two labels"),
    ("correlation", "ratio", "Correlation", "-1 to 1", "of the changes of two shares over forces"),
    ("neutral_correlation", "ratio", "By arithmetic alone", "-1 to 1", "of two shares of a whole split at random"),
    ("withdrew_spread", "distance", "Withdrew, spread", "share, 1 is 100%", "standard deviation over forces"),
    ("pooled_spread", "distance", "Together, spread", "share, 1 is 100%", "standard deviation over forces"),
    ("swapped", "count", "Swapped labels", "police forces", "forces where most of a change is between labels"),
    ("low_other_share", "share", "Theirs, at least", "share of recorded cases, 0 to 1", "lower bound of the other"),
    ("high_other_share", "share", "Theirs, at most", "share of recorded cases, 0 to 1", "upper bound of the other"),
    # the journey: steps, each in its own unit, and what more charges would take
    ("step", "label", "Step", "name", "how far a case, a defendant or a person got"),
    ("unit", "label", "Counted in", "name", "people, cases or defendants: no share is taken across them"),
    ("time", "label", "Of", "name", "period of recording; financial year of the survey; calendar year of courts"),
    ("counted", "count", "Number", "people, cases or defendants", "number at this step, in its unit"),
    ("of_step", "label", "Share is out of", "name", "step before it in the same unit"),
    ("calendar_year", "label", "Calendar year", "name", "year in which courts dealt with the defendants"),
    ("proceeded", "count", "Proceeded against", "defendants", "defendants proceeded against for stalking"),
    ("convicted", "count", "Convicted", "defendants", "defendants convicted of stalking"),
    (
        "convicted_share",
        "share",
        "Convicted over proceeded against",
        "share, 0 to 1",
        "of the same year, not the same defendants",
    ),
    ("charged_cases", "count", "Charged", "cases", "cases that ended in a charge or summons"),
    ("charged_share", "share", "Charged, of decided", "share of decided cases, 0 to 1", "type 1 over decided"),
    ("scope", "label", "Worked out over", "text", "forces that the scenario is worked out over"),
    ("way", "label", "Kept cases are charged", "text", "how often the kept cases are taken to be charged"),
    ("line_share", "share", "Come to", "share of decided cases, 0 to 1", "lower quartile of withdrawal"),
    ("forces_above", "count", "Forces above it", "police forces", "forces that would come to that share"),
    ("kept_cases", "count", "Cases kept", "cases", "cases that would not end in withdrawal"),
    ("more_charges", "count", "More charges", "cases", "kept cases that would be charged"),
    ("more_share", "share", "More, of charges now", "share of charged cases, 0 to 1", "more charges over charges"),
    ("below_share", "share", "Charged at or below it", "share of decided cases, 0 to 1", "in these forces now"),
    ("above_share", "share", "Charged above it", "share of decided cases, 0 to 1", "in these forces now"),
    ("after_share", "share", "Charged above it, then", "share of decided cases, 0 to 1", "in the scenario"),
    ("below_evidential_share", "share", "Type 15 at or below it", "share of decided cases, 0 to 1", "now"),
    ("above_evidential_share", "share", "Type 15 above it", "share of decided cases, 0 to 1", "now"),
    ("withdrew_share", "share", "Withdrew, of decided", "share of decided cases, 0 to 1", "types 14 and 16"),
    (
        "other_charged_share",
        "share",
        "Charged, of its other cases",
        "share, 0 to 1",
        "of decided, victim did not withdraw",
    ),
    ("low_more", "count", "More charges, least", "cases", "by any of the rates for kept cases"),
    ("high_more", "count", "More charges, most", "cases", "by any of the rates for kept cases"),
    # timing: cases followed from recording
    ("ending", "label", "How the case ended", "name", "way of ending, or still open"),
    ("by_time", "label", "By", "text", "time since the case was recorded, in words"),
    ("by_lag", "number", "Time since", "days or months", "time since the case was recorded"),
    ("lag_unit", "label", "Unit", "name", "whether times are in days or in months"),
    ("at_risk", "count", "Followed and open", "cases", "cases followed so far and open until then"),
    ("incidence_share", "share", "Have ended so", "share of all cases, 0 to 1", "cumulative incidence"),
    ("naive_share", "share", "Of decided cases", "share, 0 to 1", "share of the cases decided so far"),
    ("overstated_share", "difference", "Misleads by", "share, 1 is 100%", "the naive share less the true one"),
    ("ended", "count", "Ended so", "cases", "cases that ended so while they were followed"),
    ("undated", "count", "Ended, no date", "cases", "cases whose ending has no date: open as far as dates go"),
    ("unfollowed", "count", "Not followed", "cases", "cases recorded after the last month with dates"),
    ("known_to", "label", "Known to", "name", "month or day to which the state of cases is known"),
    ("dated_to", "label", "Dated to", "name", "month or day to which endings are dated; blank if none is"),
    ("early", "count", "Ended before recording", "cases", "cases whose lag is below 0, taken as 0"),
    ("median", "number", "Half of all by", "days or months", "unconditional median"),
    ("low_median", "number", "Median, lower", "days or months", "lower 95% limit"),
    ("high_median", "number", "Median, upper", "days or months", "upper 95% limit"),
    ("conditional_median", "number", "Half of those by", "days or months", "conditional median"),
    ("low_conditional_median", "number", "Of those, lower", "days or months", "lower 95% limit"),
    ("high_conditional_median", "number", "Of those, upper", "days or months", "upper 95% limit"),
    ("naive_median", "number", "Median, decided only", "days or months", "median of the cases decided so far"),
    ("group", "label", "Group", "name", "cases that are compared with others"),
    ("chi_squared", "number", "Chi squared", "chi squared", "Gray's test of one ending between groups"),
    ("chi_squared_degrees", "count", "Degrees of freedom", "degrees", "groups less one"),
    ("age", "number", "Followed for", "days or months", "time from recording to the newest figures"),
    ("decided_share", "share", "Decided", "share of the cases recorded then, 0 to 1", "share decided by then"),
    ("so_far_share", "share", "So far", "share of the month's cases, 0 to 1", "share that has ended so by now"),
    ("final_share", "share", "Heading for", "share of the month's cases, 0 to 1", "forecast share"),
    ("low_range_share", "share", "Range, lower", "share, 0 to 1", "2.5% of what may come is under it"),
    ("high_range_share", "share", "Range, upper", "share, 0 to 1", "2.5% of what may come is over it"),
    ("came_share", "share", "What came", "share of the month's cases, 0 to 1", "share that it came to"),
    ("back", "label", "Forecast made", "text", "how long before the newest figures the forecast was made"),
    ("months", "count", "Months", "months", "months that were forecast"),
    ("intervals", "count", "Ranges", "ranges", "ranges that were given"),
    ("held_share", "share", "Ranges that held", "share, 0 to 1", "ranges that contain the result"),
    ("history", "count", "Months of history", "months", "months of figures that the forecast was made from"),
    ("width_share", "distance", "Mean width", "share, 1 is 100%", "mean width of the ranges"),
    (
        "interval_score",
        "distance",
        "Interval score",
        "share, 1 is 100%",
        "width of a range and 40 times its miss, mean",
    ),
    ("ladder_held_share", "share", "Chain ladder: held", "share, 0 to 1", "its ranges that contain the result"),
    ("ladder_width_share", "distance", "Chain ladder: width", "share, 1 is 100%", "mean width of its ranges"),
    ("ladder_score", "distance", "Chain ladder: score", "share, 1 is 100%", "width and 40 times the miss, mean"),
    ("forecast_reason", "label", "Why no forecast", "name", "short history, or few outcome rows"),
    ("joined_share", "share", "With an outcome row", "share, 0 to 1", "crimes with a row in outcomes files"),
    ("error_share", "distance", "Forecast off by", "share, 1 is 100%", "mean distance from the result"),
    (
        "standstill_error_share",
        "distance",
        "Standing still off by",
        "share, 1 is 100%",
        "mean distance from what came of saying that nothing more will come",
    ),
    # association: features of cases
    ("feature", "label", "Feature", "name", "something recorded about cases"),
    ("category", "label", "Category", "name", "what was recorded"),
    ("compared_category", "label", "Compared with", "name", "category that the others are compared with"),
    ("odds_ratio", "ratio", "Odds ratio", "odds over odds", "all other features being equal"),
    ("low_odds_ratio", "ratio", "Odds ratio, lower", "odds over odds", "lower 95% limit"),
    ("high_odds_ratio", "ratio", "Odds ratio, upper", "odds over odds", "upper 95% limit"),
    ("expected_share", "share", "Share, expected", "share, 0 to 1", "share that the features of these cases suggest"),
    ("more_category", "label", "More often with", "name", "recorded category with the highest share"),
    ("less_category", "label", "Than with", "name", "recorded category with the lowest share"),
    ("least_difference_share", "difference", "At least", "share, 1 is 100%", "wherever unrecorded cases belong"),
    ("most_difference_share", "difference", "At most", "share, 1 is 100%", "wherever unrecorded cases belong"),
    ("unadjusted_odds_ratio", "ratio", "Odds ratio, unadjusted", "odds over odds", "other features not allowed for"),
    ("unadjusted_difference_share", "difference", "Unadjusted", "share, 1 is 100%", "other features not allowed for"),
    ("low_unadjusted_difference_share", "difference", "Unadjusted, lower", "share, 1 is 100%", "lower 95% limit"),
    ("high_unadjusted_difference_share", "difference", "Unadjusted, upper", "share, 1 is 100%", "upper 95% limit"),
    ("p_value", "probability", "p value", "0 to 1", "how often chance alone would produce this much"),
    ("parameters", "count", "Parameters", "parameters", "categories beside the one compared with"),
    ("likelihood_ratio", "number", "Likelihood ratio", "chi squared", "what leaving the feature out loses"),
    ("variance_inflation", "number", "Overlap", "1 is none", "generalised variance inflation, per parameter"),
]

COLUMNS: dict[str, Column] = {row[0]: Column(*row) for row in _COLUMNS}

MEASURES = ("events", "cases", "share", "low", "high", "state")

#: What a row may be, and the symbol that stands where it has no number. 0 is a number: it happened no times.
STATES = {"shown": "", "not_received": "[x]", "suppressed": "[c]", "not_applicable": "[z]", "unreliable": "[u]"}

#: What each symbol says to a reader, in the words of a note below a table.
SYMBOLS = {
    "[x]": "not received: nobody sent this figure, which is not the same as none",
    "[c]": "not shown, so that nobody can be recognised",
    "[z]": "not applicable: there is nothing to work out or to divide by",
    "[u]": "not reliable: a published count is below zero, or rounded counts leave no share that can be",
}

#: From the least to the most guarded. Made-up cases are guarded as real ones are, and say so on every page besides.
SENSITIVITIES = ("published", "restricted", "synthetic")
BASES = ("recorded", "closed", "not stated")


@dataclass(frozen=True)
class CaseColumn:
    """A column of a case file, by the part that it plays. A mapping says what it is called in the file.

    ``is_needed``: no file is read without it. ``is_for_all``: it may be said once for the whole file instead.
    ``is_date``: it holds dates.
    """

    name: str
    meaning: str
    is_needed: bool = False
    is_for_all: bool = False
    is_date: bool = False


_CASE_COLUMNS = [
    CaseColumn("case", "identifier of the case, one of its kind within its force", is_needed=True),
    CaseColumn("force", "police force that recorded the case", is_needed=True, is_for_all=True),
    CaseColumn("offence", "notifiable offence as classified by the police", is_needed=True, is_for_all=True),
    CaseColumn("recorded", "day on which the case was recorded", is_needed=True, is_date=True),
    CaseColumn("outcome", "how the case ended; blank while it is open", is_needed=True),
    CaseColumn("outcome_date", "day of the outcome", is_date=True),
]

#: What is asked of a case file, once: mapping, drafting and reading go by it.
CASE_COLUMNS: dict[str, CaseColumn] = {column.name: column for column in _CASE_COLUMNS}

#: Which outcome counts when a case has several.
SEVERAL_OUTCOMES = ("refuse", "latest", "first")


def strictest(sensitivities: Iterable[str]) -> str:
    """The sensitivity of something made from several things: that of the most guarded of them.

    Parameters
    ----------
    sensitivities
        Some of ``SENSITIVITIES``; at least one.

    Returns
    -------
    str
        One of ``SENSITIVITIES``.
    """
    return max(sensitivities, key=SENSITIVITIES.index)

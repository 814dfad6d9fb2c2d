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


_COLUMNS = [
    # dimensions of counts
    Column("force", "label", "Police force", "name", "police force that recorded the case"),
    Column("period", "date", "Quarter", "first day", "month, quarter or year in which the case was recorded"),
    Column("offence", "label", "Offence code", "Home Office code", "notifiable offence as classified by the police"),
    Column("outcome", "label", "Outcome code", "code", "code of the outcome, in the scheme of its publisher"),
    Column("crime_type", "label", "Crime type", "name", "data.police.uk's category of crime, coarser than an offence"),
    Column("first_outcome", "label", "First outcome", "code", "code of the earliest outcome that was published"),
    Column("lag", "label", "Time to outcome", "days or months", "from recording to outcome, or to the extract if open"),
    Column("cases", "count", "Out of", "cases", "recorded crimes: the base of the share"),
    # labels that a result may add
    Column("place", "label", "Place", "name", "one force, or all forces together"),
    Column("offence_name", "label", "Offence", "name", "name of the offence"),
    Column("outcome_name", "label", "Outcome", "name", "name of the outcome type"),
    Column("disposition", "label", "How the case ended", "name", "outcome types that mean the same to a victim"),
    Column("quarter", "label", "Quarter", "name", "financial quarter in which the case was recorded"),
    Column("month", "label", "Month", "name", "month in which the case was recorded"),
    Column("file", "label", "File", "name", "file that was read"),
    Column("reason", "label", "Reason", "text", "why rows of a file were not counted"),
    Column("year", "label", "Year", "name", "financial year in which the case was recorded"),
    Column("measure", "label", "Measure", "name", "what is measured"),
    Column("definition", "label", "What is counted", "text", "outcome types that a definition counts"),
    Column("base", "label", "Share is out of", "text", "cases that the share is taken of"),
    Column("finding", "label", "Published finding", "text", "a printed figure in this project's own words"),
    Column("printed", "label", "Printed", "text", "the figure as its publisher printed it"),
    Column("publisher", "label", "Where printed", "name", "who printed the figure"),
    Column("verdict", "label", "Verdict", "text", "verdict on a printed figure by the figures held here"),
    Column("bearing", "label", "The printed figure", "text", "whether a way of counting gives what was printed"),
    Column("sample_size", "label", "If the sample were", "cases", "a size that the sample might have had"),
    # measures
    Column("events", "count", "Cases", "cases", "cases that end in the way that is measured"),
    Column("openness", "label", "Cases still open", "text", "many: over a tenth of those recorded have no outcome yet"),
    Column("of_decided_share", "share", "Share, of decided", "share of decided cases, 0 to 1", "open cases left out"),
    Column("share", "share", "Share", "share of the base, 0 to 1", "events divided by cases"),
    Column("low", "share", "95% interval, lower", "share of the base, 0 to 1", "lower limit, Wilson unless said"),
    Column("high", "share", "95% interval, upper", "share of the base, 0 to 1", "upper limit, Wilson unless said"),
    Column("state", "label", "State", "name", "shown, not received, suppressed, not applicable, unreliable"),
    # comparison: a row against a target, the rest, or the middle of all rows
    Column("allowance", "label", "Limits allow for", "text", "chance alone, or chance and real differences"),
    Column("level", "label", "Level", "text", "part of all rows inside, where nothing but that is at work"),
    Column("rows", "count", "Compared", "rows", "rows that were compared"),
    Column("below", "count", "Below", "rows", "rows below the lower limit"),
    Column("above", "count", "Above", "rows", "rows above the upper limit"),
    Column("outside", "count", "Outside", "rows", "rows below or above the limits"),
    Column("z", "number", "Standard errors away", "standard errors", "distance from the target, signed"),
    Column("q_value", "probability", "Adjusted p value", "0 to 1", "p value adjusted for the number of rows"),
    Column("position", "label", "By limits of chance", "text", "far (99.8%) or just (95%) below or above, or within"),
    Column("allowed_position", "label", "If forces may differ", "text", "the same by limits that allow for that"),
    Column("low_allowed_share", "share", "Limits, lower", "share of the base, 0 to 1", "lowest share within limits"),
    Column("high_allowed_share", "share", "Limits, upper", "share of the base, 0 to 1", "highest share within limits"),
    Column("extent", "label", "Same everywhere", "text", "whether rows are alike, by the rule of docs/methods.md"),
    Column(
        "floor_share", "share", "Nine in ten reach", "share of the base, 0 to 1", "a plain share that most rows reach"
    ),
    Column("rows_at_floor", "count", "Reach it", "rows", "rows whose share is at least that"),
    Column("scatter", "number", "Times as scattered", "times", "mean squared z about the typical share; 1 by chance"),
    Column("q", "number", "Q", "chi squared", "Cochran's test that all rows are alike, on the logit scale"),
    Column("degrees", "count", "Degrees of freedom", "degrees", "what Q would come to by chance, about"),
    Column("i_squared_share", "share", "I squared", "share, 0 to 1", "part of the variance that is more than chance"),
    Column("tau", "ratio", "Tau", "log odds", "standard deviation between rows, leaving chance out"),
    Column("tau_points", "number", "Tau, in points", "percentage points", "the same as a share, at the mean"),
    Column("mean_share", "share", "Typical share", "share of the base, 0 to 1", "random-effects mean of the rows"),
    Column(
        "low_predicted_share", "share", "19 in 20, lower", "share, 0 to 1", "lower limit for the share of another row"
    ),
    Column(
        "high_predicted_share", "share", "19 in 20, upper", "share, 0 to 1", "upper limit for the share of another row"
    ),
    Column("low_caught_share", "share", "Seen, at least", "share, 0 to 1", "least power against 15 points, at 95%"),
    Column("high_caught_share", "share", "Seen, at most", "share, 0 to 1", "greatest power against 15 points, at 95%"),
    Column("pooled_share", "share", "Share, pooled", "share of the base, 0 to 1", "share, leaving chance out"),
    Column("low_pooled_share", "share", "Pooled, lower", "share of the base, 0 to 1", "lower 95% credible limit"),
    Column("high_pooled_share", "share", "Pooled, upper", "share of the base, 0 to 1", "upper 95% credible limit"),
    Column("rank", "number", "Rank", "1 is the lowest share", "place among the rows; equal shares have their mean"),
    Column("low_rank", "number", "Rank, lower", "1 is the lowest share", "lower limit of the rank, at least 95%"),
    Column("high_rank", "number", "Rank, upper", "1 is the lowest share", "upper limit of the rank, at least 95%"),
    Column("other_base_share", "share", "Share, other base", "share, 0 to 1", "the same cases out of another base"),
    Column(
        "other_rank", "number", "Rank, other base", "1 is the lowest share", "place by the share out of another base"
    ),
    Column("rank_change", "number", "Places moved", "places", "rank out of the other base less that out of this one"),
    Column("compared_with", "label", "Compared with", "name", "what a row is compared with"),
    Column("other_share", "share", "Their share", "share of the base, 0 to 1", "share of what it is compared with"),
    Column(
        "difference_share", "difference", "Difference, points", "share, 1 is 100%", "the share less that of the others"
    ),
    Column("low_difference_share", "difference", "Difference, lower, points", "share, 1 is 100%", "lower 95% limit"),
    Column("high_difference_share", "difference", "Difference, upper, points", "share, 1 is 100%", "upper 95% limit"),
    Column("ratio", "ratio", "Ratio", "share over share", "the share over that of the others"),
    Column("low_ratio", "ratio", "Ratio, lower", "share over share", "lower 95% limit"),
    Column("high_ratio", "ratio", "Ratio, upper", "share over share", "upper 95% limit"),
    Column("standardised_share", "share", "Share, same mix", "share, 0 to 1", "with the mix of cases of all forces"),
    Column("low_standardised_share", "share", "Same mix, lower", "share, 0 to 1", "lower 95% limit, chance alone"),
    Column("high_standardised_share", "share", "Same mix, upper", "share, 0 to 1", "upper 95% limit, chance alone"),
    Column("mix_difference_share", "difference", "Owed to its mix", "share, 1 is 100%", "share less that of same mix"),
    Column("covered_share", "share", "Mix covered", "share, 0 to 1", "cases of all forces of what the force has"),
    # profile: one force beside all forces together
    Column("all_forces_share", "share", "All forces", "share of the base, 0 to 1", "of all forces together"),
    Column("beside", "label", "Beside the others", "text", "by a test of the difference from all other forces"),
    # difference: the gap of a force to the others, in parts
    Column("part", "label", "What makes the difference", "text", "a factor of the share, or all of them together"),
    Column("here_share", "share", "Here", "share, 0 to 1", "the factor of the force, or its share"),
    Column("there_share", "share", "Other forces", "share, 0 to 1", "the same of the other forces together"),
    Column("part_share", "difference", "Makes, points", "share, 1 is 100%", "part of the gap due to the factor"),
    Column(
        "low_chance_share",
        "difference",
        "By chance, lower, points",
        "share, 1 is 100%",
        "lower 95% limit, chance alone",
    ),
    Column(
        "high_chance_share",
        "difference",
        "By chance, upper, points",
        "share, 1 is 100%",
        "upper 95% limit, chance alone",
    ),
    Column(
        "low_differing_share", "difference", "If forces differ, lower, points", "share, 1 is 100%", "lower 95% limit"
    ),
    Column(
        "high_differing_share", "difference", "If forces differ, upper, points", "share, 1 is 100%", "upper 95% limit"
    ),
    Column("holds", "label", "Established", "text", "whether it would hold for others like these"),
    Column("standing", "label", "If none were worse than", "text", "the mark that rows are brought to"),
    Column("reference_share", "share", "Which is", "share of the base, 0 to 1", "share at that place"),
    Column("rows_moved", "count", "Forces that would move", "rows", "rows on the wrong side of that mark"),
    Column("changed_events", "count", "Cases a year", "cases", "cases a year that would end differently"),
    Column("low_events", "count", "Cases, lower", "cases", "lower 95% limit"),
    Column("high_events", "count", "Cases, upper", "cases", "upper 95% limit"),
    Column("low_differing_events", "count", "If forces differ, lower", "cases", "lower 95% limit where forces differ"),
    Column("high_differing_events", "count", "If forces differ, upper", "cases", "upper 95% limit where forces differ"),
    Column("low_open_events", "count", "Open cases, lower", "cases", "least, whichever way open cases end"),
    Column("high_open_events", "count", "Open cases, upper", "cases", "most, whichever way open cases end"),
    # suspicion: one rule for similar issues nationwide
    Column("level_share", "share", "At or above", "share of the base, 0 to 1", "share that was printed for London"),
    Column("rows_at_level", "count", "Reach it", "rows", "rows at or above the printed share"),
    Column("rows_open", "count", "Many open", "rows", "rows with many cases still open"),
    Column("open_at_level", "count", "Of these, reach it", "rows", "rows with many open cases at or above that share"),
    Column("others", "count", "Other offences tried", "offences", "with enough cases for the rule to be put to them"),
    Column("others_holding", "count", "Rule holds for", "offences", "other offences for which the rule says the same"),
    # definitions: a measure under every way of counting it
    Column("when", "label", "Period", "name", "the whole period, or a part of it"),
    Column("choice", "label", "Choice", "text", "a choice to be made in counting"),
    Column("options", "count", "Options", "options", "ways to decide it"),
    Column("mean_range", "distance", "Moves the share by, on average", "share, 1 is 100%", "all else held"),
    Column("widest_range", "distance", "At most", "share, 1 is 100%", "all else held"),
    Column("ways", "count", "Ways of counting", "ways", "combinations of choices that have a share"),
    Column("fitting", "count", "Give what was printed", "ways", "ways that round to the printed figure"),
    Column("forces_fitting", "count", "Forces that match", "police forces", "forces whose own figures give it as well"),
    Column("least", "count", "At least", "cases", "cases that are known to count"),
    Column("most", "count", "At most", "cases", "cases that may count"),
    Column("least_share", "share", "Share, at least", "share of the base, 0 to 1", "what is known to count"),
    Column("most_share", "share", "Share, at most", "share of the base, 0 to 1", "what may count"),
    Column("lowest_share", "share", "Lowest", "share of the base, 0 to 1", "smallest share of any way"),
    Column("highest_share", "share", "Highest", "share of the base, 0 to 1", "largest share of any way"),
    # trends: control charts
    Column("recorded", "count", "Recorded", "cases", "cases recorded in the period"),
    Column("centre_recorded", "count", "Expected", "cases a period", "what the other periods of the phase predict"),
    Column("low_recorded", "count", "Limit, lower", "cases a period", "below it a period is a signal"),
    Column("high_recorded", "count", "Limit, upper", "cases a period", "above it a period is a signal"),
    Column("charges", "count", "Charges", "charges", "charges in the quarter, of cases recorded then or earlier"),
    Column(
        "per_hundred", "number", "Per 100 recorded", "charges per 100 cases recorded", "charges over cases recorded"
    ),
    Column(
        "centre_per_hundred",
        "number",
        "Expected",
        "charges per 100 cases recorded",
        "what the other periods of the phase predict",
    ),
    Column(
        "low_per_hundred", "number", "Limit, lower", "charges per 100 cases recorded", "below it a period is a signal"
    ),
    Column(
        "high_per_hundred", "number", "Limit, upper", "charges per 100 cases recorded", "above it a period is a signal"
    ),
    Column(
        "centre",
        "share",
        "Expected",
        "share of the base, 0 to 1",
        "what the other periods of the phase predict",
    ),
    Column("low_limit", "share", "Limit, lower", "share of the base, 0 to 1", "below it a period is a signal"),
    Column("high_limit", "share", "Limit, upper", "share of the base, 0 to 1", "above it a period is a signal"),
    Column("start_recorded", "count", "At its start", "cases a period", "first number of a phase"),
    Column("end_recorded", "count", "At its end", "cases a period", "last number of a phase"),
    Column("start_per_hundred", "number", "At its start", "charges per 100 cases recorded", "first number of a phase"),
    Column("end_per_hundred", "number", "At its end", "charges per 100 cases recorded", "last number of a phase"),
    Column("start_share", "share", "At its start", "share of the base, 0 to 1", "first share of a phase"),
    Column("end_share", "share", "At its end", "share of the base, 0 to 1", "last share of a phase"),
    Column(
        "smallest_step",
        "number",
        "Smallest rise that would be seen",
        "part of the level; of a share, difference of shares",
        "lasting rise in mid-phase that is a signal in four series of five",
    ),
    Column("phase", "label", "Phase", "number", "stretch between two breaks in the series"),
    Column("stretch", "label", "Phase", "name", "number of a phase, and from when to when it lasts"),
    Column("cut_by", "label", "Cut by", "name", "break that cuts the period in two"),
    Column("after", "label", "After", "name", "breaks between this phase and the one before it"),
    Column("change", "label", "Why it may not be compared with the phase before", "text", "what changed in between"),
    Column("limits", "label", "Limits", "text", "full or none (under 8 periods)"),
    Column("rule", "label", "Signal", "text", "above or below, where the period is a signal"),
    Column("first_period", "label", "From", "name", "first period of a signal or phase"),
    Column("last_period", "label", "To", "name", "last period of a signal or phase"),
    Column("direction", "label", "Direction", "text", "above or below its limits"),
    Column("points", "count", "Periods", "periods", "periods of a signal or phase that have a number"),
    Column("caution", "label", "Caution", "text", "a point to note in a series"),
    Column("noted", "label", "In one force", "name", "changes in one force, where a series of several is not cut"),
    # received: a force's own counts beside what is published of it
    Column("own_events", "count", "From the file", "cases", "cases of the file that end in the way that is measured"),
    Column("own_share", "share", "From the file, share", "share of recorded cases, 0 to 1", "of the cases of the file"),
    Column("published_events", "count", "Published", "cases", "published cases that end in the way that is measured"),
    Column("published_share", "share", "Published, share", "share of recorded cases, 0 to 1", "as it is published"),
    Column("own_less_published_events", "count", "Difference", "cases", "cases of the file less those published"),
    Column("own_less_published_share", "difference", "Difference, points", "share, 1 is 100%", "of the same shares"),
    # endings by year, with bounds
    Column("edition", "label", "Edition", "name", "the month of the tables, or to which they run"),
    Column(
        "first_edition", "label", "First edition", "text", "whether it was taken within half a year of the year's end"
    ),
    Column("open_share", "share", "Without an outcome", "share, 0 to 1", "undecided cases of those recorded"),
    Column("low_settled_share", "share", "Settles, lower", "share, 0 to 1", "lower limit of a forecast, of recorded"),
    Column("high_settled_share", "share", "Settles, upper", "share, 0 to 1", "upper limit of a forecast, of recorded"),
    Column("recorded_edition", "label", "Of recorded", "name", "edition of the recorded cases beside it"),
    Column("forces", "count", "Forces", "police forces", "police forces that sent figures"),
    Column("decided", "count", "Decided", "cases", "recorded cases that had an outcome in that edition"),
    Column("undecided", "count", "Undecided", "cases", "recorded cases less those that had an outcome"),
    Column("low_bound_share", "share", "Of recorded, at least", "share, 0 to 1", "if no undecided case ends so"),
    Column("high_bound_share", "share", "Of recorded, at most", "share, 0 to 1", "if every undecided case ends so"),
    Column("fewest_decided", "count", "Decided, fewest", "cases", "decided cases of the smaller of two years"),
    Column("doubt", "label", "To beware of", "text", "doubt about a figure"),
    Column("earlier", "label", "From", "name", "earlier of two financial years"),
    Column("later", "label", "To", "name", "later of two financial years"),
    Column("earlier_share", "share", "Of decided, from", "share of decided cases, 0 to 1", "in the earlier year"),
    Column("later_share", "share", "Of decided, to", "share of decided cases, 0 to 1", "in the later year"),
    Column("earlier_low_share", "share", "From, at least", "share of recorded cases, 0 to 1", "bound, earlier year"),
    Column("earlier_high_share", "share", "From, at most", "share of recorded cases, 0 to 1", "bound, earlier year"),
    Column("later_low_share", "share", "To, at least", "share of recorded cases, 0 to 1", "bound, later year"),
    Column("later_high_share", "share", "To, at most", "share of recorded cases, 0 to 1", "bound, later year"),
    Column("decided_change", "difference", "Change, of decided", "share, 1 is 100%", "later less earlier share"),
    Column("recorded_change", "difference", "Change, of recorded", "share, 1 is 100%", "the same of the lower bounds"),
    Column("settled_by", "label", "What would settle it", "text", "what is not held and would settle it"),
    Column("whole_direction", "label", "All forces", "text", "direction, forces that sent nothing taken as undecided"),
    Column("withdrew_change", "difference", "Withdrew", "share of decided cases", "change of types 14 and 16"),
    Column("supports_change", "difference", "Victim supports", "share of decided cases", "change of type 15"),
    Column("pooled_change", "difference", "Both together", "share of decided cases", "change of types 14, 15 and 16"),
    Column("charged_change", "difference", "Charged", "share of decided cases", "change of type 1"),
    Column("together_share", "share", "Types 14, 15, 16", "share of the base, 0 to 1", "withdrew and type 15 together"),
    Column(
        "together_rank", "number", "Rank by these", "1 is the lowest share", "place by types 14, 15 and 16 together"
    ),
    Column("one_split_share", "share", "15, 16 divided alike", "share of the base, 0 to 1", "as by all forces"),
    Column(
        "one_split_rank", "number", "Rank, divided alike", "1 is the lowest share", "place, 15 and 16 divided alike"
    ),
    Column(
        "decided_together_share", "share", "14, 15, 16, of decided", "share of decided cases, 0 to 1", "the three types"
    ),
    Column("cancelled_share", "ratio", "Cancels", "part of the variance", "of withdrawal over forces, by type 15"),
    Column("neutral_cancelled_share", "ratio", "By arithmetic", "part of the variance", "the same, split at random"),
    Column("low_withdrew_share", "share", "Withdrew, lowest", "share of recorded cases, 0 to 1", "lowest force"),
    Column("high_withdrew_share", "share", "Withdrew, highest", "share of recorded cases, 0 to 1", "highest force"),
    Column("low_split_share", "share", "One division, lowest", "share of recorded cases, 0 to 1", "lowest force"),
    Column("high_split_share", "share", "One division, highest", "share of recorded cases, 0 to 1", "highest force"),
    Column("parting", "label", "Where the two part", "text", "whether type 15 offsets the difference in withdrawal"),
    Column("reading", "label", "What it may be", "text", "whether most of a change is between two labels"),
    Column("correlation", "ratio", "Correlation", "-1 to 1", "of the changes of two shares over forces"),
    Column(
        "neutral_correlation", "ratio", "By arithmetic alone", "-1 to 1", "of two shares of a whole split at random"
    ),
    Column("withdrew_spread", "distance", "Withdrew, spread", "share, 1 is 100%", "standard deviation over forces"),
    Column("pooled_spread", "distance", "Together, spread", "share, 1 is 100%", "standard deviation over forces"),
    Column("swapped", "count", "Swapped labels", "police forces", "forces where most of a change is between labels"),
    Column(
        "low_other_share", "share", "Theirs, at least", "share of recorded cases, 0 to 1", "lower bound of the other"
    ),
    Column(
        "high_other_share", "share", "Theirs, at most", "share of recorded cases, 0 to 1", "upper bound of the other"
    ),
    # the journey: steps, each in its own unit, and what more charges would take
    Column("step", "label", "Step", "name", "how far a case, a defendant or a person got"),
    Column("unit", "label", "Counted in", "name", "people, cases or defendants: no share is taken across them"),
    Column("time", "label", "Of", "name", "period of recording; financial year of the survey; calendar year of courts"),
    Column("counted", "count", "Number", "people, cases or defendants", "number at this step, in its unit"),
    Column("of_step", "label", "Share is out of", "name", "step before it in the same unit"),
    Column("calendar_year", "label", "Calendar year", "name", "year in which courts dealt with the defendants"),
    Column("proceeded", "count", "Proceeded against", "defendants", "defendants proceeded against for stalking"),
    Column("convicted", "count", "Convicted", "defendants", "defendants convicted of stalking"),
    Column(
        "convicted_share",
        "share",
        "Convicted over proceeded against",
        "share, 0 to 1",
        "of the same year, not the same defendants",
    ),
    Column("charged_cases", "count", "Charged", "cases", "cases that ended in a charge or summons"),
    Column("charged_share", "share", "Charged, of decided", "share of decided cases, 0 to 1", "type 1 over decided"),
    Column("scope", "label", "Worked out over", "text", "forces that the scenario is worked out over"),
    Column("way", "label", "Kept cases are charged", "text", "how often the kept cases are taken to be charged"),
    Column("line_share", "share", "Come to", "share of decided cases, 0 to 1", "lower quartile of withdrawal"),
    Column("forces_above", "count", "Forces above it", "police forces", "forces that would come to that share"),
    Column("kept_cases", "count", "Cases kept", "cases", "cases that would not end in withdrawal"),
    Column("more_charges", "count", "More charges", "cases", "kept cases that would be charged"),
    Column(
        "more_share", "share", "More, of charges now", "share of charged cases, 0 to 1", "more charges over charges"
    ),
    Column("below_share", "share", "Charged at or below it", "share of decided cases, 0 to 1", "in these forces now"),
    Column("above_share", "share", "Charged above it", "share of decided cases, 0 to 1", "in these forces now"),
    Column("after_share", "share", "Charged above it, then", "share of decided cases, 0 to 1", "in the scenario"),
    Column("below_evidential_share", "share", "Type 15 at or below it", "share of decided cases, 0 to 1", "now"),
    Column("above_evidential_share", "share", "Type 15 above it", "share of decided cases, 0 to 1", "now"),
    Column("withdrew_share", "share", "Withdrew, of decided", "share of decided cases, 0 to 1", "types 14 and 16"),
    Column(
        "other_charged_share",
        "share",
        "Charged, of its other cases",
        "share, 0 to 1",
        "of decided, victim did not withdraw",
    ),
    Column("low_more", "count", "More charges, least", "cases", "by any of the rates for kept cases"),
    Column("high_more", "count", "More charges, most", "cases", "by any of the rates for kept cases"),
    # timing: cases followed from recording
    Column("ending", "label", "How the case ended", "name", "way of ending, or still open"),
    Column("by_time", "label", "By", "text", "time since the case was recorded, in words"),
    Column("by_lag", "number", "Time since", "days or months", "time since the case was recorded"),
    Column("lag_unit", "label", "Unit", "name", "whether times are in days or in months"),
    Column("at_risk", "count", "Followed and open", "cases", "cases followed so far and open until then"),
    Column("incidence_share", "share", "Have ended so", "share of all cases, 0 to 1", "cumulative incidence"),
    Column("naive_share", "share", "Of decided cases", "share, 0 to 1", "share of the cases decided so far"),
    Column("overstated_share", "difference", "Misleads by", "share, 1 is 100%", "the naive share less the true one"),
    Column("ended", "count", "Ended so", "cases", "cases that ended so while they were followed"),
    Column("undated", "count", "Ended, no date", "cases", "cases whose ending has no date: open as far as dates go"),
    Column("unfollowed", "count", "Not followed", "cases", "cases recorded after the last month with dates"),
    Column("known_to", "label", "Known to", "name", "month or day to which the state of cases is known"),
    Column("dated_to", "label", "Dated to", "name", "month or day to which endings are dated; blank if none is"),
    Column("early", "count", "Ended before recording", "cases", "cases whose lag is below 0, taken as 0"),
    Column("median", "number", "Half of all by", "days or months", "unconditional median"),
    Column("low_median", "number", "Median, lower", "days or months", "lower 95% limit"),
    Column("high_median", "number", "Median, upper", "days or months", "upper 95% limit"),
    Column("conditional_median", "number", "Half of those by", "days or months", "conditional median"),
    Column("low_conditional_median", "number", "Of those, lower", "days or months", "lower 95% limit"),
    Column("high_conditional_median", "number", "Of those, upper", "days or months", "upper 95% limit"),
    Column("naive_median", "number", "Median, decided only", "days or months", "median of the cases decided so far"),
    Column("group", "label", "Group", "name", "cases that are compared with others"),
    Column("chi_squared", "number", "Chi squared", "chi squared", "Gray's test of one ending between groups"),
    Column("chi_squared_degrees", "count", "Degrees of freedom", "degrees", "groups less one"),
    Column("age", "number", "Followed for", "days or months", "time from recording to the newest figures"),
    Column("decided_share", "share", "Decided", "share of the cases recorded then, 0 to 1", "share decided by then"),
    Column("so_far_share", "share", "So far", "share of the month's cases, 0 to 1", "share that has ended so by now"),
    Column("final_share", "share", "Heading for", "share of the month's cases, 0 to 1", "forecast share"),
    Column("low_range_share", "share", "Range, lower", "share, 0 to 1", "2.5% of what may come is under it"),
    Column("high_range_share", "share", "Range, upper", "share, 0 to 1", "2.5% of what may come is over it"),
    Column("came_share", "share", "What came", "share of the month's cases, 0 to 1", "share that it came to"),
    Column("back", "label", "Forecast made", "text", "how long before the newest figures the forecast was made"),
    Column("months", "count", "Months", "months", "months that were forecast"),
    Column("intervals", "count", "Ranges", "ranges", "ranges that were given"),
    Column("held_share", "share", "Ranges that held", "share, 0 to 1", "ranges that contain the result"),
    Column("history", "count", "Months of history", "months", "months of figures that the forecast was made from"),
    Column("width_share", "distance", "Mean width", "share, 1 is 100%", "mean width of the ranges"),
    Column(
        "interval_score",
        "distance",
        "Interval score",
        "share, 1 is 100%",
        "width of a range and 40 times its miss, mean",
    ),
    Column("ladder_held_share", "share", "Chain ladder: held", "share, 0 to 1", "its ranges that contain the result"),
    Column("ladder_width_share", "distance", "Chain ladder: width", "share, 1 is 100%", "mean width of its ranges"),
    Column("ladder_score", "distance", "Chain ladder: score", "share, 1 is 100%", "width and 40 times the miss, mean"),
    Column("forecast_reason", "label", "Why no forecast", "name", "short history, or few outcome rows"),
    Column("joined_share", "share", "With an outcome row", "share, 0 to 1", "crimes with a row in outcomes files"),
    Column("error_share", "distance", "Forecast off by", "share, 1 is 100%", "mean distance from the result"),
    Column(
        "standstill_error_share",
        "distance",
        "Standing still off by",
        "share, 1 is 100%",
        "mean distance from what came of saying that nothing more will come",
    ),
    # association: features of cases
    Column("feature", "label", "Feature", "name", "something recorded about cases"),
    Column("category", "label", "Category", "name", "what was recorded"),
    Column("compared_category", "label", "Compared with", "name", "category that the others are compared with"),
    Column("odds_ratio", "ratio", "Odds ratio", "odds over odds", "all other features being equal"),
    Column("low_odds_ratio", "ratio", "Odds ratio, lower", "odds over odds", "lower 95% limit"),
    Column("high_odds_ratio", "ratio", "Odds ratio, upper", "odds over odds", "upper 95% limit"),
    Column(
        "expected_share", "share", "Share, expected", "share, 0 to 1", "share that the features of these cases suggest"
    ),
    Column("more_category", "label", "More often with", "name", "recorded category with the highest share"),
    Column("less_category", "label", "Than with", "name", "recorded category with the lowest share"),
    Column("least_difference_share", "difference", "At least", "share, 1 is 100%", "wherever unrecorded cases belong"),
    Column("most_difference_share", "difference", "At most", "share, 1 is 100%", "wherever unrecorded cases belong"),
    Column(
        "unadjusted_odds_ratio", "ratio", "Odds ratio, unadjusted", "odds over odds", "other features not allowed for"
    ),
    Column(
        "unadjusted_difference_share", "difference", "Unadjusted", "share, 1 is 100%", "other features not allowed for"
    ),
    Column("low_unadjusted_difference_share", "difference", "Unadjusted, lower", "share, 1 is 100%", "lower 95% limit"),
    Column(
        "high_unadjusted_difference_share", "difference", "Unadjusted, upper", "share, 1 is 100%", "upper 95% limit"
    ),
    Column("p_value", "probability", "p value", "0 to 1", "how often chance alone would produce this much"),
    Column("parameters", "count", "Parameters", "parameters", "categories beside the one compared with"),
    Column("likelihood_ratio", "number", "Likelihood ratio", "chi squared", "what leaving the feature out loses"),
    Column("variance_inflation", "number", "Overlap", "1 is none", "generalised variance inflation, per parameter"),
]

COLUMNS: dict[str, Column] = {column.name: column for column in _COLUMNS}

MEASURES = ("events", "cases", "share", "low", "high", "state")

#: What a row may be, and the symbol that stands where it has no number. 0 is a number: it happened no times.
STATES = {"shown": "", "not_received": "[x]", "suppressed": "[c]", "not_applicable": "[z]", "unreliable": "[u]"}

#: What each symbol says to a reader, in the words of a note below a table.
SYMBOLS = {
    "[x]": "not received: nobody sent this figure, which is not the same as none",
    "[c]": "not shown, so that nobody can be recognised",
    "[z]": "not applicable: there is nothing to work out or to divide by",
    "[u]": "not reliable: the published count of some outcome is below zero",
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

"""The features of cases that are compared: names that the counts hold, a base, and what cases are alike by.

Loads no more than it needs, since a run asks here, before a kernel starts, whether its features are there.
"""

from __future__ import annotations

from dataclasses import dataclass

from analysis.counts.counts import Counts
from analysis.errors import ParameterError, offer
from analysis.reference import measures


@dataclass(frozen=True, eq=False)
class CaseFeatures:
    """Features of cases, to be compared.

    Attributes
    ----------
    counts
        A released set of counts by features of cases.
    names
        Of the features, in the order asked for.
    base
        What shares are out of.
    cluster
        Another feature, or "force", within which cases are alike; "" for none.
    """

    counts: Counts
    names: tuple[str, ...]
    base: str
    cluster: str

    @property
    def headings(self) -> dict[str, str]:
        """What a reader knows each feature by, the cluster too: its heading, or its name where two have one heading."""
        declared = self.counts.features
        declared_headings = [declared.get(name, "") for name in self.names]
        is_plain = len(set(declared_headings)) == len(declared_headings) and all(declared_headings)
        headings = dict(zip(self.names, declared_headings if is_plain else self.names, strict=True))
        return headings | ({self.cluster: declared.get(self.cluster, self.cluster)} if self.cluster else {})


def case_features(counts: Counts, features: str, *, base: str = "recorded", cluster: str = "") -> CaseFeatures:
    """The features that are asked for, each of them something that the counts hold.

    Parameters
    ----------
    counts
        A released set of counts by features of cases.
    features
        The names of the features, with commas between them.
    base
        What shares are out of: "recorded", "with_outcome" or "with_suspect".
    cluster
        A feature, or "force", within which cases are alike; "" for none.

    Returns
    -------
    CaseFeatures
        The features, in the order asked for.

    Raises
    ------
    ParameterError
        With the nearest name, for a feature, cluster or base that is not there; when no feature is named, or one twice;
        for a cluster that is a feature too; for counts that are not released; and for features or a cluster with which
        they were not.

    Examples
    --------
    >>> from analysis.counts.counts import read
    >>> asked = case_features(read("stalking_example_features"), "risk, contact", cluster="team")
    >>> asked.headings
    {'risk': 'Risk grading', 'contact': 'Where it happened', 'team': 'Investigating team'}
    """
    names = tuple(name.strip() for name in features.split(",") if name.strip())
    cluster = cluster.strip()
    measures.base(base)
    if not names:
        raise ParameterError(f"No feature is named. Name some of {', '.join(counts.features)}, with commas between.")
    for name in names:
        if name not in counts.features:
            raise _unknown(counts, name)
    if len(set(names)) < len(names):
        raise ParameterError(f"A feature is named twice among {', '.join(names)}. Name each once.")
    if cluster and cluster not in counts.features and (cluster != "force" or "force" not in counts.dimensions):
        raise _unknown(counts, cluster)
    if cluster in names:
        raise ParameterError(
            f"'{cluster}' cannot be a feature and the cluster at once. Leave it out of one of the two."
        )
    _check_released(counts, names, cluster)
    return CaseFeatures(counts, names, base, cluster)


def _check_released(counts: Counts, names: tuple[str, ...], cluster: str) -> None:
    """Refuse what was not released: counts without fits, features that are in none of them, and another cluster."""
    fits = counts.fits
    if not fits:
        raise ParameterError(
            f"Counts '{counts.name}' hold no fits: features are compared of counts of people that were released. "
            "'attrition reduce' releases them; name the features in [regression] of the mapping."
        )
    strange = [name for name in names if name not in fits["features"]]
    if not strange and cluster == fits["cluster"]:
        return
    within = f"cluster '{fits['cluster']}'" if fits["cluster"] else "no cluster"
    refused = f"feature '{strange[0]}'" if strange else f"cluster '{cluster}'" if cluster else "no cluster"
    raise ParameterError(
        f"Counts '{counts.name}' were released with fits on {', '.join(fits['features'])} and {within}; {refused} is "
        "not to be had. To have other fits, name their features and cluster in [regression] of the mapping and reduce "
        "the files again."
    )


def _unknown(counts: Counts, name: str) -> ParameterError:
    near = offer(name, counts.features)
    choice = (
        f"They hold: {', '.join(counts.features)}." if counts.features else "They hold none: use a set of features."
    )
    return ParameterError(f"No feature of counts '{counts.name}' is called '{name[:80]}'.{near} {choice}")

"""The features of cases that are compared: names that the counts hold, a base, and what cases are alike by.

Loads no more than it needs, since a run asks here, before a kernel starts, whether its features are there.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from analysis.counts.counts import Counts
from analysis.errors import ParameterError
from analysis.reference import measures


@dataclass(frozen=True, eq=False)
class CaseFeatures:
    """``names`` of features of ``counts``, in the order asked for; ``cluster`` is another of them, "force", or "".

    ``headings`` maps each name, that of the cluster too, to what a reader knows it by.
    """

    counts: Counts
    names: tuple[str, ...]
    base: str
    cluster: str

    @property
    def headings(self) -> dict[str, str]:
        """The heading of each feature, or its name where two have one heading."""
        declared = self.counts.features
        told = [declared.get(name, "") for name in self.names]
        is_plain = len(set(told)) == len(told) and all(told)
        headings = dict(zip(self.names, told if is_plain else self.names, strict=True))
        return headings | ({self.cluster: declared.get(self.cluster, self.cluster)} if self.cluster else {})


def case_features(counts: Counts, features: str, *, base: str = "recorded", cluster: str = "") -> CaseFeatures:
    """The features named in ``features``, with commas between them.

    ``cluster`` is a feature, or "force", within which cases are alike; empty for none.

    Raises ParameterError, with the nearest name, for a feature, cluster or base that is not there; when no feature is
    named, or one twice; for a cluster that is a feature too; and for what a released set was not released with.
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
    if counts.fits:
        _check_released(counts, names, cluster)
    return CaseFeatures(counts, names, base, cluster)


def _check_released(counts: Counts, names: tuple[str, ...], cluster: str) -> None:
    """Refuse what a released set does not hold: features that are in no fit of it, and another cluster."""
    fits = counts.fits
    strange = [name for name in names if name not in fits["features"]]
    if not strange and cluster == fits["cluster"]:
        return
    within = f"cluster '{fits['cluster']}'" if fits["cluster"] else "no cluster"
    what = f"feature '{strange[0]}'" if strange else f"cluster '{cluster}'" if cluster else "no cluster"
    raise ParameterError(
        f"Counts '{counts.name}' were released with fits on {', '.join(fits['features'])} and {within}; {what} is not "
        "to be had. To have other fits, name their features and cluster in [regression] of the mapping and reduce the "
        "files again."
    )


def _unknown(counts: Counts, name: str) -> ParameterError:
    near = get_close_matches(name.casefold(), counts.features, n=1, cutoff=0.6)
    offer = f" Did you mean '{near[0]}'?" if near else ""
    return ParameterError(
        f"No feature of counts '{counts.name}' is called '{name[:80]}'.{offer} They hold: {', '.join(counts.features)}."
    )

"""Two sessions of R's cmprsk whose output is printed: the data as counts.

``transplants``: 177 patients, data set bmtcrr of the R package casebase (Scrucca, Santucci and Aversa 2007, Bone Marrow
Transplantation 40: 381-387). Months are multiplied by 100. Ending 1 is relapse, 2 death before it.

``simulated``: cmprsk's tests/test.R, RNGversion("1.6.2") and set.seed(2). R's random numbers of that time (Marsaglia's
multicarry, exponentials by Ahrens and Dieter 1972, ``sample`` by rounding down) are made here again.
"""

from itertools import accumulate
from math import factorial, log

import pandas as pd

#: disease and ending, then months: patients are told apart by nothing else in the printed test.
_TRANSPLANTS = {
    ("ALL", "1"): (
        "1.1 1.23 1.67 1.7 1.8 1.87 2 2.23 2.4 2.53 2.87 3.07 3.57 3.63 4.07 4.23 5.37 6.13 7.53 7.57 7.63 "
        "7.93 8.63 9.43 10.3 13.07 17.23 20.83"
    ),
    ("ALL", "2"): (
        "0.27 0.37 0.4 0.67 0.87 1.1 1.43 1.47 1.7 2.23 2.7 2.8 3.23 3.3 3.43 3.63 4.17 5.43 6 6.03 6.6 7.47 "
        "7.5 8 8.17 10.53 12.17 24.03"
    ),
    ("ALL", "undecided"): (
        "16.13 16.83 19.9 24.77 29.2 35.5 43.67 45.3 56.6 71.83 72.93 82.6 112.23 121.1 123.9 124.83 131.77"
    ),
    ("AML", "1"): (
        "1.2 1.3 1.6 1.87 2.03 2.3 2.53 3.03 4.2 4.73 5 5.6 5.63 5.7 5.87 6 6.07 6.2 6.63 7 7.63 9.13 9.5 "
        "12.27 12.57 28.53 35 42.17"
    ),
    ("AML", "2"): (
        "0.13 0.87 1 1.23 1.47 1.77 1.97 2 2.3 2.8 2.83 3.17 3.4 3.47 3.5 3.57 3.57 3.6 3.7 3.9 3.93 4.4 4.4 "
        "4.57 4.57 4.8 5.23 5.27 6.1 6.3 6.33 6.7 7.2 7.2 7.63 8.6 8.73 8.8 9 9.17 9.2 9.63 9.97 10.9 11.8 "
        "13.8 20.93"
    ),
    ("AML", "undecided"): (
        "9.97 10.2 14.5 15.17 16.6 26.13 28.7 29.9 32.63 35.5 41.3 42.5 43.2 49.27 58 58.23 59.17 67.8 68.83 "
        "70.2 76.03 77 81.67 85.1 106.13 110.37 112.93 114.1 114.7"
    ),
}


def transplants():
    rows = [
        (disease, ending, round(100 * float(month)), 1)
        for (disease, ending), months in _TRANSPLANTS.items()
        for month in months.split()
    ]
    return pd.DataFrame(rows, columns=["group", "ending", "lag", "cases"])


def simulated():
    """100 cases: lag in millionths, ending 1, 2 or undecided, group a, b or c, and stratum 1 or 2."""
    draw = _uniform(2)
    lags = [round(1e6 * _exponential(draw)) for _ in range(100)]
    groups = ["abc"[int(3 * next(draw))] for _ in range(100)]
    endings = [("undecided", "1", "2")[int(3 * next(draw))] for _ in range(100)]
    strata = [1 + int(2 * next(draw)) for _ in range(100)]
    return pd.DataFrame({"group": groups, "ending": endings, "lag": lags, "stratum": strata, "cases": 1})


def _uniform(seed):
    """R's unif_rand after RNGversion("1.6.2") and set.seed(seed): Marsaglia's multicarry."""
    for _ in range(50):
        seed = (69069 * seed + 1) % 2**32
    one = (69069 * seed + 1) % 2**32
    other = (69069 * one + 1) % 2**32
    while True:
        one = 36969 * (one & 0xFFFF) + (one >> 16)
        other = 18000 * (other & 0xFFFF) + (other >> 16)
        yield (((one << 16) % 2**32) ^ (other & 0xFFFF)) * 2.328306437080797e-10


_Q = list(accumulate(log(2) ** k / factorial(k) for k in range(1, 17)))


def _exponential(draw):
    """R's exp_rand: Ahrens and Dieter (1972), algorithm SA."""
    whole, u = 0.0, 2 * next(draw)
    while u <= 1:
        whole, u = whole + _Q[0], 2 * u
    u -= 1
    if u <= _Q[0]:
        return whole + u
    least, i = min(next(draw), next(draw)), 1
    while u > _Q[i]:
        least, i = min(least, next(draw)), i + 1
    return whole + least * _Q[0]

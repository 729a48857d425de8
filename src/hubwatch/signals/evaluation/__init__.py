"""How well a signal answers, against labels: numbers with intervals, resampled by creator."""

from hubwatch.signals.evaluation.estimates import Estimate, Evaluation, evaluate_scores
from hubwatch.signals.evaluation.items import Fields, Judged, judge_file
from hubwatch.signals.evaluation.labels import Confusion, confusion
from hubwatch.signals.evaluation.ranking import Ranked, rank
from hubwatch.signals.evaluation.report import Report, evaluate_file

__all__ = [
    "Confusion",
    "Estimate",
    "Evaluation",
    "Fields",
    "Judged",
    "Ranked",
    "Report",
    "confusion",
    "evaluate_file",
    "evaluate_scores",
    "judge_file",
    "rank",
]

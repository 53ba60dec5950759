"""Clusters and findings of a library in JSON, with the sentences of their comparisons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iscckit.render.comparison_wording import comparison_sentence

if TYPE_CHECKING:
    from iscckit.json_types import JsonValue
    from iscckit.library.clusters.clusters import Cluster, Member
    from iscckit.library.scan.verify import Checked

__all__ = ["checked_json", "cluster_json", "describe_checked"]


def cluster_json(cluster: Cluster) -> dict[str, JsonValue]:
    """Return a cluster in JSON types, with a sentence for each member but the first."""
    return {**cluster.to_dict(), "members": [_member_json(each) for each in cluster.members]}


def _member_json(member: Member) -> dict[str, JsonValue]:
    found = member.comparison
    return {**member.to_dict(), "sentence": comparison_sentence(found) if found else None}


def describe_checked(checked: Checked) -> str:
    """Return what is known of a finding: new path, similarity, or the reason of a failure."""
    return comparison_sentence(checked.comparison) if checked.comparison else checked.detail


def checked_json(checked: Checked) -> dict[str, JsonValue]:
    """Return a finding in JSON types, with its detail in words."""
    fields = checked.to_dict()
    return fields | {"detail": describe_checked(checked)} if checked.comparison else fields

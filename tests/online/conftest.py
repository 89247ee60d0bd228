"""The surroundings of the pages, which some tests here open."""

from tests.web.conftest import surroundings

__all__ = ["surroundings"]

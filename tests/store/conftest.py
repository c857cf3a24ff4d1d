"""What the tests of the history share."""

from __future__ import annotations

import pytest

from tests.support.clock import Clock


@pytest.fixture
def clock() -> Clock:
    """Return a clock that moves only when told to."""
    return Clock()

"""The environment under the name by which the settings know it."""

from storno.core.environment import Environment, environment

__all__ = ["Environment", "environment"]

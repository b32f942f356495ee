"""Where React is for the tests that need it: among the packages of npm that check the scripts, or nowhere."""

from pathlib import Path

_PACKAGES = Path(__file__).resolve().parents[1] / ".ci/scripts/node_modules"
# The builds that a page loads by themselves, with all of React's warnings.
REACT = _PACKAGES / "react/umd/react.development.js"
REACT_DOM = _PACKAGES / "react-dom/umd/react-dom.development.js"

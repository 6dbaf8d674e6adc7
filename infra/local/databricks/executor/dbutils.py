"""``dbutils`` of a job: widgets, other notebooks, files, secrets and task values."""

from collections.abc import Callable, Mapping
from typing import NoReturn

from .filesystem import FileSystem
from .secret_scopes import Secrets
from .task_values import Jobs

_MISSING = object()


class NotebookExit(BaseException):
    """Ends a notebook. Not an Exception, so that ``except Exception`` in a notebook does not swallow it."""

    def __init__(self, value: str) -> None:
        super().__init__(value)
        self.value = value


class InputWidgetNotDefined(Exception):
    """A notebook asked for a parameter that the run did not give and the notebook did not declare."""


class Widgets:
    """Parameters of the run. A declaration sets a default and never replaces what the run gave."""

    def __init__(self, parameters: Mapping[str, str]) -> None:
        self._values = dict(parameters)

    def text(self, name: str, defaultValue: str, label: str = "") -> None:  # noqa: N803 (the platform's name)
        self._values.setdefault(name, str(defaultValue))

    def dropdown(self, name: str, defaultValue: str, choices: list[str], label: str = "") -> None:  # noqa: N803
        self.text(name, defaultValue)

    combobox = dropdown
    multiselect = dropdown

    def get(self, name: str) -> str:
        if name not in self._values:
            raise InputWidgetNotDefined(f'no input widget named "{name}" is defined')
        return self._values[name]

    def getArgument(self, name: str, defaultValue: object = _MISSING) -> str:  # noqa: N802, N803
        return self.get(name) if defaultValue is _MISSING else self._values.get(name, str(defaultValue))

    def getAll(self) -> dict[str, str]:  # noqa: N802
        return dict(self._values)

    def remove(self, name: str) -> None:
        self._values.pop(name, None)

    def removeAll(self) -> None:  # noqa: N802
        self._values.clear()


class Notebook:
    def __init__(self, run: Callable[[str, int, Mapping[str, str]], str]) -> None:
        self._run = run

    def exit(self, value: object) -> NoReturn:
        raise NotebookExit(str(value))

    def run(self, path: str, timeout_seconds: int = 0, arguments: Mapping[str, object] | None = None) -> str:
        """Exit value of another notebook, an empty text when it has none. Zero seconds: no limit."""
        texts = {name: str(value) for name, value in (arguments or {}).items()}
        return self._run(path, timeout_seconds, texts)


class DBUtils:
    def __init__(self, widgets: Widgets, notebook: Notebook, fs: FileSystem, secrets: Secrets, jobs: Jobs) -> None:
        self.widgets = widgets
        self.notebook = notebook
        self.fs = fs
        self.secrets = secrets
        self.jobs = jobs

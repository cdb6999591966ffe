"""A pytest plug-in: with CHATBOT_TEST_NO_SKIPS=1 a skipped test fails the run, so that nothing goes untested unseen."""

from __future__ import annotations

import os

import pytest

VARIABLE = "CHATBOT_TEST_NO_SKIPS"


class NoSkips:
    """Counts what did not run."""

    def __init__(self) -> None:
        self.skipped: list[str] = []

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Whole files skip while they are collected."""
        if report.skipped:
            self.skipped.append(report.nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """An expected failure is reported as skipped too, and is as untested."""
        if report.skipped:
            self.skipped.append(report.nodeid)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A green run turns red; a red one stays as it is."""
        if self.skipped and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Name them above pytest's closing line."""
        if self.skipped:
            terminalreporter.section(f"{len(self.skipped)} skipped, which {VARIABLE}=1 forbids", red=True)
            for name in self.skipped:
                terminalreporter.line(name)


def pytest_configure(config: pytest.Config) -> None:
    """Takes effect only where it is asked for."""
    if os.environ.get(VARIABLE) == "1":
        config.pluginmanager.register(NoSkips(), "no-skips")

"""Progress: silent when quick, plain lines on a pipe otherwise; reports stay within their width."""

import time

from symrg._console import Progress, Report


def test_quick_work_is_silent(capsys):
    with Progress() as progress:
        progress("something")
    assert capsys.readouterr() == ("", "")


def test_slow_work_is_told_on_stderr_in_plain_lines(capsys):
    with Progress(delay=0.01) as progress:
        progress("adding up")
        time.sleep(0.3)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("adding up … 0 s\n")
    assert "\x1b" not in err


def test_progress_ends_with_an_error(capsys):
    try:
        with Progress(delay=60):
            raise ValueError
    except ValueError:
        pass
    assert capsys.readouterr() == ("", "")


def test_paragraphs_are_wrapped_and_long_words_stay_whole(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    report = Report()
    report.line("word " * 20, bullet="1")
    report.path("/a/very/long/path" * 10)
    report.line("[bold]7 = 7[/bold]")
    out = capsys.readouterr().out.splitlines()
    assert all(len(line) <= 40 for line in out[:-2])
    assert out[0].startswith("  1  word")
    assert out[-2] == "/a/very/long/path" * 10
    assert out[-1] == "[bold]7 = 7[/bold]"


def test_a_silent_report_says_nothing(capsys):
    report = Report(silent=True)
    report.line("x")
    report.path("x")
    report.table(("a",), [("b",)])
    assert capsys.readouterr() == ("", "")

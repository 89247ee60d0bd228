"""Sign-in letters without a mail server: kept for whoever runs Storno, and for nobody else."""

import stat
from pathlib import Path

import pytest
from django.core.mail import EmailMessage
from django.test import override_settings

from storno.people.letters import MOST_KEPT, KeptLetters, kept_letters, letters_folder


def send(folder: Path, *subjects: str) -> None:
    with override_settings(DATA=folder):
        letters = [
            EmailMessage(subject, f"Hei {subject}!\n", "Storno <no-reply@localhost>", ["a@x.fi"])
            for subject in subjects
        ]
        assert KeptLetters().send_messages(letters) == len(subjects)


def test_letters_are_told_and_kept_newest_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    send(tmp_path, "Ensimmäinen", "Andre 😀")
    assert capsys.readouterr().err == (
        "\n--- Sign-in letter to a@x.fi: Ensimmäinen\nHei Ensimmäinen!\n---\n"
        "\n--- Sign-in letter to a@x.fi: Andre 😀\nHei Andre 😀!\n---\n"
    )
    kept = kept_letters(letters_folder(tmp_path))
    assert [(letter.to, letter.subject, letter.text) for letter in kept] == [
        ("a@x.fi", "Andre 😀", "Hei Andre 😀!"),
        ("a@x.fi", "Ensimmäinen", "Hei Ensimmäinen!"),
    ]
    assert kept[0].sent_at.endswith("-0000") or kept[0].sent_at.endswith("+0000")


def test_only_the_owner_of_the_folder_may_read_them(tmp_path: Path) -> None:
    folder = letters_folder(tmp_path)
    folder.mkdir(mode=0o755)
    send(tmp_path, "Code")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()] == [0o600]


def test_the_oldest_go_as_new_ones_come(tmp_path: Path) -> None:
    send(tmp_path, *(str(number) for number in range(MOST_KEPT + 3)))
    kept = kept_letters(letters_folder(tmp_path))
    assert len(kept) == MOST_KEPT
    assert (kept[0].subject, kept[-1].subject) == (str(MOST_KEPT + 2), "3")


def test_where_nothing_was_sent_nothing_is_kept(tmp_path: Path) -> None:
    assert kept_letters(letters_folder(tmp_path)) == []

"""The tutorial of declarations and proofs says what the program does."""

import pytest
from tools.trust_tutorial import BLOCK, COMMAND, PAGE, refresh


@pytest.mark.slow
def test_each_command_prints_what_the_page_shows() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert refresh(text) == text, "run python -m tools.trust_tutorial"


def test_the_page_answers_each_case_as_its_text_promises() -> None:
    lines = "".join(BLOCK.findall(PAGE.read_text(encoding="utf-8"))).splitlines()
    users = {found[1] for line in lines if (found := COMMAND.fullmatch(line))}
    assert users == {"alice", "bob", "carol", "hub", "mallory"}
    text = PAGE.read_text(encoding="utf-8")
    sections = {part[:1]: part for part in text.split("\n## ")[1:]}
    assert "valid, by a signer that you do not know" in sections["2"]
    assert "invalid: content\nexit code 3" in sections["2"]
    assert "invalid: content\nexit code 3" in sections["3"]
    assert sections["3"].count("PART ") == 2
    assert sections["4"].count("train is reserved, inherited") == 2
    assert sections["4"].count("conflict       train:") == 2
    assert sections["7"].count("  trusted\nexit code 0") == 2
    assert "was not valid at its time\nexit code 3" in sections["7"]
    assert "rollback: pinned size" in sections["8"]
    assert "equivocation" in sections["8"]

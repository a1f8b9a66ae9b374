"""The instructions that an agent gets: default texts, which a request may replace, and the task."""

from pathlib import Path

PROMPTS = Path("/opt/enginebench/prompts")
LEVERS = ("system_prompt", "architecture_guide", "reference_snippets", "hooks_documentation")

TASK = """\
# Task: {title}

Implement the card `{type}` in `{file}`. The module is a stub and does not compile yet. Edit this file only: nothing else is judged.

* Name: {name}
* Cost: {cost}
{rules}

Hidden tests judge it:

{tests}
"""

CLOSING = "Write the module, run `cargo test --offline` to see that the crate compiles, and stop when you are done."


def overrides(template):
    """The texts that a `prompt_template` replaces, by lever. Empty ones count as absent."""
    template = template if isinstance(template, dict) else {}
    found = {}
    for override in _list(template.get("context_overrides")):
        for artifact in _list(override.get("file_artifacts") if isinstance(override, dict) else None):
            if isinstance(artifact, dict):
                found.update(_texts({artifact.get("type") or artifact.get("artifact_type"): artifact.get("content")}))
    if not found and isinstance(template.get("context_override"), dict):
        found = _texts(template["context_override"])
    return found or _texts(template)


def levers(template):
    """All four texts, and the names of those that the request replaced."""
    replaced = overrides(template)
    texts = {lever: replaced.get(lever) or (PROMPTS / f"{lever}.md").read_text() for lever in LEVERS}
    return texts, [lever for lever in LEVERS if lever in replaced]


def agents_md(texts):
    """What lies in the workspace as AGENTS.md: everything about the crate, nothing about the task."""
    return _join(texts[lever] for lever in LEVERS[1:])


def prompt(task, texts):
    card = task["card"]
    about = TASK.format(
        title=task["title"], file=task["file"], type=card["type"], name=card["name"], cost=card["cost"],
        rules="\n".join(f"* {line}" for line in card["rules"]),
        tests="\n".join(f"* `{test['name']}`: {test['says']}" for test in task["tests"]))
    return _join([texts["system_prompt"], about, agents_md(texts), CLOSING])


def _texts(values):
    return {lever: values[lever] for lever in LEVERS if isinstance(values.get(lever), str) and values[lever].strip()}


def _list(value):
    return value if isinstance(value, list) else []


def _join(texts):
    return "\n\n".join(text.strip() for text in texts) + "\n"

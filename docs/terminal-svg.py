#!/usr/bin/env python3
"""Draws the output of a command as a terminal: ./build.sh --target=Deploy 2>&1 | docs/terminal-svg.py './build.sh --target=Deploy' > docs/deploy.svg"""
import html
import re
import sys

CHARACTER, LINE, MARGIN, TOP = 8.4, 18, 16, 44

lines = [f"$ {sys.argv[1]}"] + re.sub(r"\x1b\[[0-9;]*m", "", sys.stdin.read()).rstrip().splitlines()
width = int(max(map(len, lines)) * CHARACTER + 2 * MARGIN)
height = TOP + len(lines) * LINE + MARGIN
text = "\n".join(
    f'<text x="{MARGIN}" y="{TOP + (i + 1) * LINE - 5}"{" class=" + chr(34) + "bold" + chr(34) if i == 0 else ""}>'
    f"{html.escape(line)}</text>"
    for i, line in enumerate(lines)
    if line
)
print(f"""<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img">
<title>{html.escape(lines[0])}</title>
<style>text {{ font: 14px ui-monospace, Menlo, Consolas, monospace; fill: #e6edf3; white-space: pre }} .bold {{ font-weight: bold }}</style>
<rect width="{width}" height="{height}" rx="8" fill="#161b22"/>
<circle cx="20" cy="20" r="6" fill="#ff5f57"/><circle cx="40" cy="20" r="6" fill="#febc2e"/><circle cx="60" cy="20" r="6" fill="#28c840"/>
{text}
</svg>""")

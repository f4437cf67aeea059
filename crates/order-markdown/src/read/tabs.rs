//! Tabs and boxes that site generators write in Markdown of their own (`MkDocs` and its likes).

/// The title of a tab or a box of a site generator: `=== "5.7L"`, `!!! tip "Weekly"`, `??? note "More"`.
pub fn tab_title(line: &str) -> Option<&str> {
    let line = line.trim();
    let marks = ["===+", "===!", "===", "!!!", "???+", "???"];
    let rest = marks.iter().find_map(|mark| line.strip_prefix(mark)).filter(|rest| rest.starts_with(' '))?;
    let (before, title) = rest.strip_suffix('"')?.split_once('"')?;
    let is_title = !title.trim().is_empty() && !before.contains(['.', ',']);
    is_title.then(|| title.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tabs_are_told_from_text() {
        for (line, title) in [
            ("=== \"5.7L\"", Some("5.7L")),
            ("    !!! tip \"Weekly\"", Some("Weekly")),
            ("???+ note inline \"More\"", Some("More")),
            ("!!! note", None),
            ("=== a, \"b\"", None),
            ("!!!\"now\"", None),
            ("=== \" \"", None),
        ] {
            assert_eq!(tab_title(line), title, "{line}");
        }
    }
}

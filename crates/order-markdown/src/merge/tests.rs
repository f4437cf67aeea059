use proptest::prelude::*;

use super::*;

const BASE: &str = "# T\n\n- [ ] a\n- [ ] b\n- [ ] c\n\nwords\n";

fn agreed(file: &str, here: &str) -> String {
    let merged = merge(BASE, file, here);
    merged.text().unwrap_or_else(|| panic!("{merged:?}"))
}

#[test]
fn a_tick_and_a_change_of_words_beside_it_or_of_the_same_line_hinder_nobody() {
    let ticked = BASE.replace("[ ] b", "[x] b");
    assert_eq!(agreed(&BASE.replace("] a", "] a, slowly"), &ticked), ticked.replace("] a", "] a, slowly"));
    assert_eq!(agreed(&BASE.replace("] b", "] b, slowly"), &ticked), ticked.replace("] b", "] b, slowly"));
    assert_eq!(agreed(&ticked, BASE), ticked, "what only the file ticks stays in it");
    assert_eq!(agreed(BASE, BASE), BASE);
}

#[test]
fn changes_of_both_sides_stand_together() {
    let file = BASE.replace("- [ ] c\n", "- [ ] c\n- [ ] d\n");
    let here = BASE.replace("- [ ] a\n", "- [ ] zero\n- [ ] a\n").replace("words", "other words");
    let both = "# T\n\n- [ ] zero\n- [ ] a\n- [ ] b\n- [ ] c\n- [ ] d\n\nother words\n";
    assert_eq!(agreed(&file, &here).replace("\n\n", "\n"), both.replace("\n\n", "\n"));
    assert_eq!(agreed(&BASE.replace("- [ ] a\n", ""), BASE), BASE.replace("- [ ] a\n", ""));
    assert_eq!(agreed("", ""), "");
    assert_eq!(agreed(BASE.trim_end(), &format!("{BASE}\nmore\n")), format!("{BASE}\nmore\n"));
}

#[test]
fn what_both_put_in_alike_stands_once_whatever_one_of_them_changed_beside_it() {
    let file = BASE.replace("- [ ] a\n", "- [ ] y\n- [ ] z\n- [ ] a\n");
    let here = file.replace("- [ ] a\n", "- [ ] a, slowly\n");
    assert_eq!(agreed(&file, &here), here);
    assert_eq!(agreed(&here, &file), here);
}

#[test]
fn what_both_changed_is_shown_and_not_chosen() {
    let (file, here) = (BASE.replace("] b", "] b, slowly"), BASE.replace("] b", "] b, at once"));
    let merged = merge(BASE, &file, &here);
    let clashes: Vec<&Clash> = merged.clashes().collect();
    assert_eq!(clashes.len(), 1);
    assert_eq!(
        (clashes[0].base.as_str(), clashes[0].file.as_str(), clashes[0].here.as_str()),
        ("- [ ] b\n", "- [ ] b, slowly\n", "- [ ] b, at once\n")
    );
    assert_eq!(merged.text(), None);
    assert_eq!((merged.with(&[Side::File]), merged.with(&[Side::Here])), (file, here));
    let gone = BASE.replace("- [ ] b\n", "");
    assert_eq!(
        merge(BASE, &gone, &BASE.replace("[ ] b", "[x] b")).clashes().count(),
        1,
        "taken out there, ticked here"
    );
}

fn line() -> impl Strategy<Value = String> {
    prop_oneof![
        "- \\[[ x]\\] [a-e]",
        "## [A-C]",
        "[a-e]{1,2}",
        Just(String::new()),
        "```\n[a-c]\n```",
        "> [ab]"
    ]
}

fn text() -> impl Strategy<Value = String> {
    proptest::collection::vec(line(), 0..10)
        .prop_map(|lines| lines.into_iter().flat_map(|it| [it, "\n".to_owned()]).collect())
}

/// Some lines of a text changed, taken out, put in.
fn edited(text: &str, edits: &[(usize, u8, String)]) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for (place, what, new) in edits {
        let at = place % (lines.len() + 1);
        match what % 3 {
            0 if at < lines.len() => lines[at].clone_from(new),
            1 if at < lines.len() => drop(lines.remove(at)),
            _ => lines.insert(at, new.clone()),
        }
    }
    lines.into_iter().flat_map(|it| [it, "\n".to_owned()]).collect()
}

fn edits() -> impl Strategy<Value = Vec<(usize, u8, String)>> {
    proptest::collection::vec((0..20_usize, 0..3_u8, line()), 0..5)
}

/// How often each line stands in a text, boxes and blanks aside.
fn counted(text: &str) -> std::collections::BTreeMap<String, usize> {
    let mut counts = std::collections::BTreeMap::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        *counts.entry(line.replace("[x]", "[ ]")).or_insert(0) += 1;
    }
    counts
}

proptest! {
    #[test]
    fn one_side_alone_is_taken_as_it_is(base in text(), edits in edits()) {
        let side = edited(&base, &edits);
        prop_assert_eq!(merge(&base, &side, &base).text(), Some(side.clone()));
        prop_assert_eq!(merge(&base, &base, &side).text(), Some(side.clone()));
        prop_assert_eq!(merge(&base, &side, &side).text(), Some(side));
    }

    #[test]
    fn every_new_line_of_either_side_is_agreed_or_shown(base in text(), a in edits(), b in edits()) {
        let (file, here) = (edited(&base, &a), edited(&base, &b));
        let merged = merge(&base, &file, &here);
        let mut all = merged.with(&[]);
        for clash in merged.clashes() {
            all.push_str(&clash.file);
        }
        let (all, base) = (counted(&all), counted(&base));
        for side in [&file, &here] {
            for (line, _) in counted(side) {
                let kept = all.contains_key(&line) || base.contains_key(&line);
                prop_assert!(kept, "lost {:?} of {:?}: {:?}", line, side, merged);
            }
        }
        prop_assert_eq!(merged.text().is_some(), merged.clashes().count() == 0);
    }

    #[test]
    fn opening_every_box_changes_nothing_else(base in text()) {
        prop_assert_eq!(opened(&base), base.replace("[x]", "[ ]").clone());
    }
}

//! The head of a file, with what was changed here in the place of what the file said.

use crate::estimate;
use crate::model::{Assignee, Kind, Order, Priority};
use crate::read::head::Head;
use crate::read::signs::show_code;
use crate::read::words;

/// The head with the values that were changed here in the place of the file's. Who owns what the file tells of is the
/// file's own matter: that line stays, whoever does the work ([`kept_from`]).
pub(super) fn changed(order: &Order, source: &str) -> String {
    let changes = changes(order, &told(source));
    let mut lines = Vec::new();
    for line in source.split_inclusive('\n') {
        let label = label_of(line).filter(|label| !is_ownership(label));
        let is_estimate = label.as_deref().is_some_and(estimate::is_label);
        let field =
            if is_estimate { Some("estimate") } else { label.and_then(|label| words::field_of(&label)) };
        let change = changes.iter().find(|(name, _)| field == Some(*name));
        lines.push(change.map_or_else(|| line.to_owned(), |(_, value)| with_value(line, value)));
    }
    lines.concat()
}

/// Who does the work, where the file goes on naming somebody else in a line of its own.
pub(super) fn kept_from(order: &Order) -> Option<&Assignee> {
    let to = order.assignee.as_ref().filter(|it| it.account.is_some())?;
    let heads = order.document.iter().filter(|block| block.kind == Kind::Head);
    let mut sources = heads.filter_map(|block| block.source.as_deref());
    sources.any(|source| names_another(source, to) && !source.lines().any(is_assignment)).then_some(to)
}

fn names_another(source: &str, to: &Assignee) -> bool {
    told(source).assignee.is_some_and(|it| it.name != to.name)
}

/// Whether the line says who does the work, and not who owns what it is about.
fn is_assignment(line: &str) -> bool {
    let label = label_of(line).filter(|label| !is_ownership(label));
    label.and_then(|label| words::field_of(&label)) == Some("assignee")
}

/// Whether a label that is read as the assignee says who owns the thing, which somebody who does a piece of work on it
/// does not become: `owner: platform team`.
fn is_ownership(label: &str) -> bool {
    let letters: String = label.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
    matches!(
        letters.as_str(),
        "owner"
            | "owners"
            | "responsible"
            | "verantwortlich"
            | "responsable"
            | "responsável"
            | "responsabile"
            | "ответственный"
            | "负责人"
    )
}

fn told(source: &str) -> Head {
    let mut told = Head::default();
    let bare = source.trim_start_matches('\u{feff}');
    if bare.starts_with("---") || bare.starts_with("+++") {
        told.take_front(source, 1);
    } else if !told.take_table(source.trim(), 1, true) {
        told.take_lines(source.trim(), 1);
    }
    told
}

fn changes(order: &Order, told: &Head) -> Vec<(&'static str, String)> {
    let mut changes = Vec::new();
    let is_told_otherwise = order.document.iter().any(|block| {
        block.kind == Kind::Title && block.source.is_some() && block.text.contains(&order.title)
    });
    if told.title.as_ref().is_some_and(|title| *title != order.title) && !is_told_otherwise {
        changes.push(("title", order.title.clone()));
    }
    if told.priority != Priority::None && told.priority != order.priority {
        changes.push(("priority", order.priority.as_str().to_uppercase()));
    }
    if told.order_type != order.order_type && !told.order_type.is_empty() {
        changes.push(("type", order.order_type.clone()));
    }
    if told.status.is_some() && !order.transitions.is_empty() {
        changes.push(("status", order.status.shown()));
    }
    if told.due.is_some() && told.due != order.due {
        changes.push(("due", order.due.as_ref().map(|due| due.raw.clone()).unwrap_or_default()));
    }
    let given = order.assignee.as_ref().filter(|it| it.account.is_some());
    if let Some(to) = given.filter(|to| told.assignee.as_ref().is_some_and(|it| it.name != to.name)) {
        changes.push(("assignee", show_code(&to.name, &to.code)));
    }
    if told.asset.is_some() && told.asset != order.asset {
        let asset = order.asset.as_ref().map(|it| show_code(&it.name, &it.tag));
        changes.push(("asset", asset.unwrap_or_default()));
    }
    let (was, now) = (estimate::told(&told.fields), estimate::told(&order.fields));
    if was.is_some() && was != now {
        changes.push(("estimate", now.unwrap_or_default().to_owned()));
    }
    changes
}

/// The label at the beginning of a line of a head.
fn label_of(line: &str) -> Option<String> {
    let bare = line.trim().trim_start_matches(['|', '-', '*', '+', ' ', '_']);
    let end = bare.find(['|', ':', '=', '：'])?;
    Some(bare.get(..end)?.trim_matches(['*', '_', ' ']).to_owned())
}

/// The line with another value behind its label.
fn with_value(line: &str, value: &str) -> String {
    let body = line.trim_end_matches(['\n', '\r']);
    let tail = line.get(body.len()..).unwrap_or_default();
    if body.trim_start().starts_with('|') {
        let cells = crate::read::rows::cells(body);
        if let Some((begin, _)) = cells.get(1) {
            return format!(
                "{} {} |{tail}",
                body.get(..*begin).unwrap_or_default(),
                value.replace('|', "\\|")
            );
        }
    }
    let colon = body.find([':', '=']).map_or(body.len(), |at| at + 1);
    let stars = body.get(colon..).unwrap_or_default().bytes().take_while(|byte| *byte == b'*').count();
    format!("{} {value}{tail}", body.get(..colon + stars).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use crate::model::any::ids;
    use crate::model::{Assignee, Order};
    use crate::read::read;
    use crate::write::write;

    fn given_to_lea(text: &str) -> Order {
        let mut order = read(text).unwrap().into_order(&mut ids("h")).unwrap();
        let (name, code) = ("Lea Moss".to_owned(), "USR-008".to_owned());
        order.assignee = Some(Assignee { account: Some("a8".to_owned()), kind: None, name, code });
        order
    }

    #[test]
    fn an_estimate_that_was_changed_stands_in_the_row_of_the_file() {
        let text = |row: &str| {
            format!(
                "# Work\n\n## Header\n\n| Field | Value |\n|---|---|\n| Priority | HIGH |\n{row}\n- [ ] a\n"
            )
        };
        let file = text("| Estimate | 4 h |\n");
        let mut order = read(&file).unwrap().into_order(&mut ids("e")).unwrap();
        assert_eq!(write(&order), file);
        crate::estimate::put(&mut order.fields, "2 h");
        assert_eq!(write(&order), text("| Estimate | 2 h |\n"));
    }

    #[test]
    fn the_owner_of_a_runbook_stays_its_owner_and_the_assignee_stands_beside() {
        let body = "# Runbook\n\n- [ ] a\n";
        let beside = "\n## Work Log\n\n### Assigned here\n\n- To: Lea Moss (USR-008)\n";
        for (head, expected, is_beside) in [
            (
                "---\nowner: platform team\nteam: core\n---\n\n",
                "---\nowner: platform team\nteam: core\n---\n\n",
                true,
            ),
            ("---\nresponsible: ops\n---\n\n", "---\nresponsible: ops\n---\n\n", true),
            ("---\nowner: Lea Moss\n---\n\n", "---\nowner: Lea Moss\n---\n\n", false),
            ("---\nassignee: Dana\n---\n\n", "---\nassignee: Lea Moss (USR-008)\n---\n\n", false),
            (
                "---\nowner: platform team\nassignee: Dana\n---\n\n",
                "---\nowner: platform team\nassignee: Lea Moss (USR-008)\n---\n\n",
                false,
            ),
            ("---\nteam: core\n---\n\n", "---\nteam: core\n---\n\n", false),
        ] {
            let text = format!("{head}{body}");
            let expected = format!("{expected}{body}{}", if is_beside { beside } else { "" });
            assert_eq!(write(&given_to_lea(&text)), expected, "{head}");
            let mut unchanged = given_to_lea(&text);
            unchanged.assignee = read(&text).unwrap().into_order(&mut ids("u")).unwrap().assignee;
            assert_eq!(write(&unchanged), text, "{head}");
        }
    }
}

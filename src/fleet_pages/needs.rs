//! What needs somebody, one line each, on top of a page; nothing where nothing does.

use crate::fleet::model::{Dimension, Group, Sums};
use crate::fleet::reads::Tool;
use crate::web::format::number;

use super::asked::Asked;
use super::text::{calls, share};

/// Where of everything a tool does so much fails at least, it is told.
const FAILING: f64 = 0.05;

/// One line.
pub(super) struct Need {
    /// The tone of its stamp.
    pub(super) tone: &'static str,
    pub(super) stamp: &'static str,
    pub(super) words: String,
    pub(super) note: String,
    pub(super) link: String,
    pub(super) href: String,
}

/// Calls that name no agent or no tenant.
pub(super) fn gaps(asked: &Asked, owners: &[Group]) -> Vec<Need> {
    let agent = gap(asked, owners, Dimension::Agent, ("No agent", "so nobody answers for them"));
    let tenant = gap(asked, owners, Dimension::Tenant, ("No tenant", "so no tenant pays for them"));
    agent.into_iter().chain(tenant).collect()
}

fn gap(
    asked: &Asked,
    owners: &[Group],
    of: Dimension,
    (stamp, so): (&'static str, &'static str),
) -> Option<Need> {
    let all: i64 = owners.iter().map(|group| group.sums.calls).sum();
    let lacking = owners.iter().filter(|group| group.key.name(of).is_none() && group.sums.calls > 0);
    let lacking: Vec<&Group> = lacking.collect();
    let count: i64 = lacking.iter().map(|group| group.sums.calls).sum();
    if count == 0 {
        return None;
    }
    let whose = match (of, lacking.as_slice()) {
        (Dimension::Agent, _) => String::new(),
        (_, [one]) => one.key.agent.as_ref().map(|name| format!(" of {name}")).unwrap_or_default(),
        (_, several) => format!(" of {} agents", several.len()),
    };
    let names = if count == 1 { "names" } else { "name" };
    let further = match (of, lacking.as_slice()) {
        (Dimension::Tenant, [one]) => one.key.agent.as_deref(),
        _ => None,
    };
    let word = of.as_str();
    let lacks = std::iter::once(("lacks", word)).chain(further.map(|name| ("agent", name)));
    Some(Need {
        tone: "open",
        stamp,
        words: format!("{}{whose} {names} no {word}, {so}", calls(count)),
        note: format!("{} do", share(all - count, all)),
        link: format!("The {}", calls(count)),
        href: asked.traces(&lacks.collect::<Vec<_>>()),
    })
}

/// Calls that belong to no conversation.
pub(super) fn without_session(asked: &Asked, calls_of: i64, in_session: i64) -> Option<Need> {
    let missing = calls_of - in_session;
    (missing > 0).then(|| Need {
        tone: "open",
        stamp: "No session",
        words: format!(
            "{} {} to no session, so what was said before cannot be followed",
            calls(missing),
            if missing == 1 { "belongs" } else { "belong" }
        ),
        note: format!("{} do", share(in_session, calls_of)),
        link: format!("The {}", calls(missing)),
        href: asked.traces(&[("lacks", "session")]),
    })
}

/// More fails than in the time before: only where the two shares differ beyond what so few calls say.
pub(super) fn fails_more(asked: &Asked, now: &Sums, before: &Sums) -> Option<Need> {
    let is_more = now.calls > 0
        && before.calls > 0
        && interval(now.errors, now.calls).0 > interval(before.errors, before.calls).1;
    is_more.then(|| Need {
        tone: "refuted",
        stamp: "Fails more",
        words: format!(
            "{} of {} failed, {}; in the {} before {}",
            number(now.errors),
            calls(now.calls),
            share(now.errors, now.calls),
            asked.range.words,
            share(before.errors, before.calls)
        ),
        note: String::new(),
        link: format!("The {}", calls(now.errors)),
        href: asked.traces(&[("errors", "1")]),
    })
}

/// The tool that fails most surely of those that fail often.
pub(super) fn failing_tool(asked: &Asked, tools: &[Tool]) -> Option<Need> {
    let surely = |tool: &Tool| interval(tool.errors, tool.calls).0;
    let failing = tools.iter().filter(|tool| tool.calls > 0 && surely(tool) >= FAILING);
    let tool = failing.max_by(|a, b| surely(a).total_cmp(&surely(b)))?;
    let name = tool.name.as_deref().unwrap_or("without a name");
    Some(Need {
        tone: "refuted",
        stamp: "Tool fails",
        words: format!("The tool {name} failed in {} of {} uses", number(tool.errors), number(tool.calls)),
        note: share(tool.errors, tool.calls),
        link: "What failed".to_owned(),
        href: asked.traces(&[("errors", "1")]),
    })
}

/// Exceptions of its orders that nobody has answered.
pub(super) fn unanswered(count: usize) -> Option<Need> {
    let (s, verb) = if count == 1 { ("", "waits") } else { ("s", "wait") };
    (count > 0).then(|| Need {
        tone: "contested",
        stamp: "Exceptions",
        words: format!("{count} exception{s} of orders it worked on {verb} for an answer"),
        note: String::new(),
        link: "See them".to_owned(),
        href: "#exceptions".to_owned(),
    })
}

/// Between which shares the true one lies, in 95 of 100 cases (Wilson's interval).
#[expect(clippy::cast_precision_loss, reason = "counts of calls are far below what a float holds exactly")]
fn interval(part: i64, whole: i64) -> (f64, f64) {
    const Z: f64 = 1.959_964;
    let (count, share) = (whole as f64, part as f64 / whole as f64);
    let middle = share + Z * Z / (2.0 * count);
    let half = Z * (share * (1.0 - share) / count + Z * Z / (4.0 * count * count)).sqrt();
    let under = 1.0 + Z * Z / count;
    ((middle - half) / under, (middle + half) / under)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::foundation::Timestamp;

    fn asked() -> Asked {
        Asked::read(&BTreeMap::new(), Timestamp(1_795_251_600_000_000)).unwrap()
    }

    #[test]
    fn a_change_is_claimed_only_where_the_figures_carry_it() {
        let of = |errors, calls| Sums { calls, errors, ..Sums::default() };
        for (now, before, is_told) in [
            (of(0, 0), of(0, 100), false),
            (of(50, 100), of(0, 0), false),
            (of(2, 10), of(1, 10), false),
            (of(120, 1_000), of(10, 1_000), true),
            (of(10, 1_000), of(120, 1_000), false),
        ] {
            assert_eq!(fails_more(&asked(), &now, &before).is_some(), is_told, "{now:?} {before:?}");
        }
        let told = fails_more(&asked(), &of(120, 1_000), &of(10, 1_000)).unwrap();
        assert_eq!(told.words, "120 of 1\u{202f}000 calls failed, 12\u{a0}%; in the 7 days before 1\u{a0}%");
    }

    #[test]
    fn a_tool_is_named_only_where_it_surely_fails_often() {
        let tool = |name: &str, errors, calls| Tool {
            name: Some(name.to_owned()),
            calls,
            errors,
            errors_of_all: errors,
        };
        assert!(failing_tool(&asked(), &[tool("once", 1, 1_000), tool("new", 1, 30)]).is_none());
        let told = failing_tool(&asked(), &[tool("lookup", 169, 1_377), tool("once", 1, 1_000)]).unwrap();
        assert_eq!(told.words, "The tool lookup failed in 169 of 1\u{202f}377 uses");
        assert!(failing_tool(&asked(), &[tool("unused", 0, 0)]).is_none());
    }
}

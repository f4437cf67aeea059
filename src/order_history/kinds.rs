//! Which kinds of events belong together, for whoever narrows the history.

/// The stored kinds of a group begin with the words behind it; the first group that fits has the event.
const GROUPS: [(&str, &str, &[&str]); 8] = [
    (
        "plan",
        "The plan",
        &[
            "work_order.created.",
            "work_order.imported.",
            "work_order.made_from.",
            "work_order.plan_edited.",
            "work_order.part_planned.",
            "work_order.materiality_set.",
        ],
    ),
    (
        "state",
        "State, people and other orders",
        &[
            "work_order.transitioned.",
            "work_order.approval_renewed.",
            "work_order.assigned.",
            "work_order.isolation_",
            "work_order.checkpoint_released.",
            "work_order.block_passed.",
            "work_order.related.",
            "work_order.relation_removed.",
        ],
    ),
    (
        "work",
        "Ticks and answers",
        &[
            "work_order.item_",
            "work_order.step_",
            "work_order.criterion_",
            "work_order.tick_attested.",
            "work_order.safety_acknowledged.",
            "work_order.queued_entry_set_aside.",
        ],
    ),
    ("files", "Files and pins", &["work_order.file_", "work_order.pin_"]),
    ("time", "Time and parts", &["work_order.time", "work_order.part_use"]),
    (
        "words",
        "Log and comments",
        &[
            "work_order.log_added.",
            "work_order.comment_added.",
            "work_order.people_mentioned.",
            "work_order.amended.",
        ],
    ),
    (
        "agents",
        "Agents, questions and decisions",
        &["work_order.claim", "work_order.agent_", "work_order.question_", "work_order.decision_recorded."],
    ),
    ("judging", "Evidence and verdicts", &["audit."]),
];

/// The word of each group in an address, and what people read.
pub(super) fn groups() -> impl Iterator<Item = (&'static str, &'static str)> {
    GROUPS.iter().map(|(word, label, _)| (*word, *label))
}

/// The group that a stored kind belongs to; none where it is no kind of an order.
pub(super) fn group_of(kind: &str) -> Option<&'static str> {
    let holds = |begins: &[&str]| begins.iter().any(|begin| kind.starts_with(*begin));
    GROUPS.iter().find(|(_, _, begins)| holds(begins)).map(|(word, _, _)| *word)
}

/// Whether audit recorded it.
pub(super) fn is_audit(kind: &str) -> bool {
    kind.starts_with("audit.")
}

/// Kinds of events about all orders of a project, which pages of their own tell.
#[cfg(test)]
pub(super) fn is_of_project(kind: &str) -> bool {
    let begins = ["policy_", "currency_", "absence_", "hours_", "holiday", "identity_"];
    kind.strip_prefix("work_order.").is_some_and(|rest| begins.iter().any(|begin| rest.starts_with(begin)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::words::KINDS;

    #[test]
    fn every_kind_of_an_order_belongs_to_a_group() {
        let is_of_order = |kind: &&str| {
            (kind.starts_with("work_order.") || kind.starts_with("audit.")) && !is_of_project(kind)
        };
        for kind in KINDS.into_iter().filter(is_of_order) {
            assert!(group_of(kind).is_some(), "{kind}");
        }
        assert_eq!(group_of("account.created.v1"), None);
        assert_eq!(group_of("work_order.timer_started.v1"), Some("time"));
        assert_eq!(group_of("work_order.item_ticked.v1"), Some("work"));
    }
}

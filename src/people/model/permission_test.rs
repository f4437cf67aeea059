use super::Grant::{Any, IfPolicy, Never, Own};
use super::*;

/// The table as written down, one line per verb: viewer, requester, technician, supervisor, auditor, admin, agent.
const TABLE: [(Action, [Grant; 7]); 25] = [
    (Action::ViewOrders, [Any, Own, Own, Any, Any, Any, Own]),
    (Action::CreateDraft, [Never, Own, Any, Any, Never, Any, Own]),
    (Action::EditPlan, [Never, Own, Own, Any, Never, Never, Own]),
    (Action::Approve, [Never, Never, Never, Any, Never, Never, Never]),
    (Action::Cancel, [Never, Never, Never, Any, Never, Never, Never]),
    (Action::Assign, [Never, Never, Never, Any, Never, Never, Never]),
    (Action::Tick, [Never, Never, Own, Any, Never, Never, Own]),
    (Action::Note, [Never, Never, Own, Any, Never, Never, Own]),
    (Action::AddEvidence, [Never, Never, Own, Any, Never, Never, Own]),
    (Action::RecordLabour, [Never, Never, Own, Any, Never, Never, Never]),
    (Action::RecordParts, [Never, Never, Own, Any, Never, Never, Never]),
    (Action::UndoOwnTick, [Never, Never, Own, Any, Never, Never, Never]),
    (Action::UndoOthersTick, [Never, Never, Never, Any, Never, Never, Never]),
    (Action::Complete, [Never, Never, Own, Own, Never, Never, Never]),
    (Action::SignPerformed, [Never, Never, Own, Own, Never, Never, Never]),
    (Action::Judge, [Never, Never, Never, Never, Any, Never, Never]),
    (Action::AnswerException, [Never, Never, Never, Never, Any, Never, Never]),
    (Action::Verify, [Never, Never, Never, Never, Any, Never, Never]),
    (Action::ReturnForRework, [Never, Never, Never, Any, Any, Never, Never]),
    (Action::Close, [Never, Never, Never, Any, IfPolicy, Never, Never]),
    (Action::ReadTrail, [Never, Never, Own, Any, Any, Any, Never]),
    (Action::ExportBundle, [Never, Never, Own, Any, Any, Never, Never]),
    (Action::ManagePeople, [Never, Never, Never, Never, Never, Any, Never]),
    (Action::ManageTemplates, [Never, Never, Never, Any, Never, Any, Never]),
    (Action::IngestTraces, [Never, Never, Never, Never, Never, Never, Own]),
];

#[test]
fn the_matrix_is_the_written_table() {
    assert_eq!(TABLE.map(|(action, _)| action), Action::ALL);
    for (action, row) in TABLE {
        for (role, expected) in Role::ALL.into_iter().zip(row) {
            assert_eq!(may(&[role], action), expected, "{role:?} {action:?}");
        }
    }
}

#[test]
fn nobody_without_a_role_may_anything_and_the_furthest_grant_wins() {
    for action in Action::ALL {
        assert_eq!(may(&[], action), Never);
        for one in Role::ALL {
            for other in Role::ALL.into_iter().filter(|other| *other != Role::Agent && one != Role::Agent) {
                let both = may(&[one, other], action);
                assert_eq!(both, may(&[one], action).max(may(&[other], action)));
            }
        }
    }
}

#[test]
fn an_agent_given_every_role_still_signs_approves_judges_and_closes_nothing() {
    for action in [Action::Approve, Action::SignPerformed, Action::Judge, Action::Verify, Action::Close] {
        assert_eq!(may(&Role::ALL, action), Never, "{action:?}");
    }
}

#[test]
fn admin_is_not_a_superset() {
    assert_eq!(may(&[Role::Admin], Action::Approve), Never);
    assert_eq!(may(&[Role::Admin], Action::Judge), Never);
    assert_eq!(may(&[Role::Admin], Action::Tick), Never);
    assert_eq!(may(&[Role::Admin], Action::ExportBundle), Never);
}

use super::*;

#[test]
fn every_row_has_somebody_and_stands_where_its_name_says() {
    for (place, action) in Action::ALL.into_iter().enumerate() {
        assert_eq!(action as usize, place, "{action:?}");
        let columns = Role::ALL.into_iter().map(Column::Role).chain([Column::Operator, Column::System]);
        let anybody = columns.map(|column| column.grant(action)).any(|grant| grant > Grant::Never);
        assert!(anybody, "{action:?} is granted to nobody");
    }
}

#[test]
fn nobody_without_a_role_may_anything_and_the_furthest_grant_wins() {
    for action in Action::ALL {
        assert_eq!(may(&[], action), Grant::Never);
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
    use Action::{
        Approve, ApproveProcedure, Close, CloseUnverified, Complete, Judge, SubmitProcedure, Verify,
        WeighStatement,
    };
    for action in [
        Approve,
        ApproveProcedure,
        SubmitProcedure,
        Complete,
        Judge,
        Verify,
        Close,
        CloseUnverified,
        WeighStatement,
    ] {
        assert_eq!(may(&Role::ALL, action), Grant::Never, "{action:?}");
    }
}

#[test]
fn neither_admin_nor_operator_has_a_say_over_records() {
    use Action::{Approve, ApproveProcedure, Close, Complete, Judge, Tick, Verify};
    for action in [Approve, ApproveProcedure, Judge, Tick, Complete, Verify, Close] {
        assert_eq!(may(&[Role::Admin], action), Grant::Never, "{action:?}");
        assert_eq!(Column::Operator.grant(action), Grant::Never, "{action:?}");
    }
    assert_eq!(may(&[Role::Admin], Action::ExportBundle), Grant::Never);
}

#[test]
fn an_empty_tie_is_reached_by_a_grant_over_everything_alone() {
    use Grant::{Answers, Any, Assignee, Author, Draft, IfPolicy, Never, Own};
    let none = Tie::default();
    for grant in [Never, Draft, Author, Assignee, Answers, Own, IfPolicy] {
        assert!(!grant.reaches(&none), "{grant:?}");
    }
    assert!(Any.reaches(&none));
    let draft = Tie { is_draft: true, ..none };
    assert!(!Draft.reaches(&draft) && Draft.reaches(&Tie { is_author: true, ..draft }));
    assert!(!Draft.reaches(&Tie { is_author: true, ..none }));
    assert!(Answers.reaches(&Tie { is_agents: true, ..none }));
    assert!(!Assignee.reaches(&Tie { is_agents: true, is_author: true, ..none }));
    assert!(IfPolicy.reaches(&Tie { policy_allows: true, ..none }));
}

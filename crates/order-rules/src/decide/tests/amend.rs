//! Amendments of orders that have ended.

use super::*;

fn amend(about: Option<Target>, text: &str, reason: &str) -> Command {
    Command::Amend { about, text: text.to_owned(), reason: reason.to_owned() }
}

#[test]
fn an_order_that_has_ended_takes_amendments_and_nothing_in_it_changes() {
    let asked = || amend(Some(item("i1")), "The torque was 12 Nm", "read from the wrong scale");
    for status in Status::ALL {
        let done = boss(&at(status), asked());
        assert_eq!(done.is_ok(), status.is_final(), "{status:?}: {done:?}");
    }
    let closed = at(Status::Closed);
    let amended = after(&closed, boss(&closed, asked()), "boss");
    let written = &amended.amendments[0];
    assert_eq!((written.text.as_str(), written.by.id.as_str()), ("The torque was 12 Nm", "boss"));
    assert_eq!(
        Order { amendments: Vec::new(), version: closed.version, ..amended.clone() },
        closed,
        "it only adds"
    );
    assert!(run(&closed, asked(), "mei", Role::Auditor).is_ok());
    for (who, role) in [("worker", Role::Technician), ("ada", Role::Admin)] {
        assert!(matches!(run(&closed, asked(), who, role), Err(Error::Forbidden(_))), "{role:?}");
    }
    assert!(matches!(
        run_with(&closed, asked(), &agent("bot"), &[Role::Agent], &facts(&agent("bot"))),
        Err(Error::Forbidden(_))
    ));
    assert!(boss(&closed, amend(None, " ", "read from the wrong scale")).is_err());
    assert!(boss(&closed, amend(None, "The torque was 12 Nm", "")).is_err());
    assert!(boss(&closed, amend(Some(item("none")), "x", "read from the wrong scale")).is_err());
}

//! What may be done with a procedure in which state, by whom.

use order_markdown::model::Who;

use super::super::document;
use super::super::fold::{Stamp, apply};
use super::super::model::{DAY, Standing};
use super::*;
use crate::foundation::{Actor, ActorKind, ProjectKey, Role};

const NOON: Timestamp = Timestamp(20_000 * DAY + DAY / 2);

fn asker(id: &str, roles: &[Role]) -> Asker {
    let kind = if roles.contains(&Role::Agent) { ActorKind::Agent } else { ActorKind::Human };
    let actor = Actor { id: id.to_owned(), kind, name: format!("{id} Name"), ..Actor::system() };
    Asker::account(actor, ProjectKey(1), roles.to_vec())
}

fn facts(unit: &str) -> Facts {
    Facts { unit: Unit::of(unit, []), controlled: false, min_reason: 3, now: NOON }
}

fn text(words: &str) -> Text {
    let mut next = 0;
    let written = format!("# {words}\n\n## Look\n- [ ] It is shut\n");
    document::read(&written, &mut || {
        next += 1;
        format!("id-{next}")
    })
    .unwrap()
}

fn happen(procedure: &mut Procedure, by: &str, events: &[ProcedureEvent]) {
    let by = Who { id: by.to_owned(), kind: ActorKind::Human, name: by.to_owned() };
    events.iter().for_each(|event| apply(procedure, event, &Stamp { by: by.clone(), at: NOON }));
}

fn one(by: &str) -> Procedure {
    let named = ("p".to_owned(), 1, "PR-001".to_owned());
    let events = begin(&asker(by, &[Role::Technician]), named, "", text("Round"), None).unwrap();
    let mut procedure = Procedure::default();
    happen(&mut procedure, by, &events);
    procedure
}

fn at(state: State) -> Procedure {
    let mut procedure = one("author");
    let digest = procedure.versions[0].digest;
    let submitted = ProcedureEvent::Submitted { version: 1, digest };
    let reason = "because".to_owned();
    let events = match state {
        State::Draft => vec![],
        State::Submitted => vec![submitted],
        State::Returned => vec![submitted, ProcedureEvent::Returned { version: 1, reason }],
        State::Withdrawn => vec![ProcedureEvent::Withdrawn { version: 1, reason }],
        State::Approved => {
            let effective_from = day_of(NOON);
            vec![submitted, ProcedureEvent::Approved { version: 1, digest, effective_from }]
        }
    };
    happen(&mut procedure, "author", &events);
    assert_eq!(procedure.versions[0].state, state);
    procedure
}

fn boss() -> Asker {
    asker("boss", &[Role::Supervisor])
}

fn is_refused<T: std::fmt::Debug>(said: Result<T>) -> bool {
    matches!(said, Err(Error::Refused(_)))
}

#[test]
fn each_state_allows_its_own_acts_and_no_others() {
    let reason = || "a good reason".to_owned();
    for (state, change, submit, review, withdraw, draft) in [
        (State::Draft, true, true, false, true, false),
        (State::Submitted, false, false, true, true, false),
        (State::Returned, true, true, false, true, false),
        (State::Withdrawn, false, false, false, false, true),
        (State::Approved, false, false, false, false, true),
    ] {
        let procedure = at(state);
        let may = |command: Command| {
            let said = decide(&procedure, command, &boss(), &facts("boss"));
            assert!(matches!(said, Ok(_) | Err(Error::Refused(_))), "{state:?}: {said:?}");
            said.is_ok()
        };
        let asked = [
            may(Command::Change { version: 1, seen: None, text: text("Other"), copied_from: None }),
            may(Command::Submit { version: 1, seen: None }),
            may(Command::Approve { version: 1, seen: None, effective_from: None }),
            may(Command::Return { version: 1, seen: None, reason: reason() }),
            may(Command::Withdraw { version: 1, reason: reason() }),
            may(Command::Draft { text: text("Next"), copied_from: None, begun: None }),
        ];
        assert_eq!(asked, [change, submit, review, review, withdraw, draft], "{state:?}");
    }
}

#[test]
fn who_may_what_follows_the_table_and_a_program_only_drafts() {
    let agent = asker("relay", &[Role::Agent]);
    let draft = at(State::Draft);
    let change = || Command::Change { version: 1, seen: None, text: text("Other"), copied_from: None };
    assert!(decide(&draft, change(), &agent, &facts("relay")).is_ok());
    let forbidden = |procedure: &Procedure, command: Command, who: &Asker| {
        matches!(decide(procedure, command, who, &facts(who.id())), Err(Error::Forbidden(_)))
    };
    assert!(forbidden(&draft, Command::Submit { version: 1, seen: None }, &agent));
    let submitted = at(State::Submitted);
    let approve = || Command::Approve { version: 1, seen: None, effective_from: None };
    for roles in [&[Role::Agent][..], &[Role::Technician], &[Role::Admin], &[Role::Auditor], &[Role::Viewer]]
    {
        assert!(forbidden(&submitted, approve(), &asker("x", roles)), "{roles:?}");
    }
    assert!(forbidden(&submitted, approve(), &Asker::operator(ProjectKey(1))));
    assert!(forbidden(&draft, change(), &asker("x", &[Role::Requester])));
    let retire = || Command::Retire { reason: "no longer done".to_owned() };
    assert!(forbidden(&draft, retire(), &asker("x", &[Role::Technician])));
    assert!(decide(&draft, retire(), &asker("x", &[Role::Admin]), &facts("x")).is_ok());
}

#[test]
fn where_the_type_is_controlled_nobody_approves_whose_unit_wrote_any_of_it() {
    let mut procedure = at(State::Draft);
    let changed = decide(
        &procedure,
        Command::Change { version: 1, seen: None, text: text("Other"), copied_from: None },
        &asker("second", &[Role::Technician]),
        &facts("second"),
    );
    happen(&mut procedure, "second", &changed.unwrap());
    let submitted =
        decide(&procedure, Command::Submit { version: 1, seen: None }, &boss(), &facts("boss")).unwrap();
    happen(&mut procedure, "boss", &submitted);
    let approve = || Command::Approve { version: 1, seen: None, effective_from: None };
    for (unit, controlled, is_free) in [
        (Unit::of("boss", []), true, true),
        (Unit::of("boss", [("boss", "author")]), true, false),
        (Unit::of("boss", [("boss", "relay"), ("relay", "second")]), true, false),
        (Unit::of("author", []), true, false),
        (Unit::of("author", []), false, true),
    ] {
        let facts = Facts { unit, controlled, ..facts("boss") };
        assert_eq!(decide(&procedure, approve(), &boss(), &facts).is_ok(), is_free, "{facts:?}");
    }
}

#[test]
fn a_version_is_in_use_from_today_or_a_later_day_on() {
    let procedure = at(State::Submitted);
    for (from, expected) in [
        (None, Some(day_of(NOON))),
        (Some(NOON), Some(day_of(NOON))),
        (Some(Timestamp(NOON.0 + 3 * DAY)), Some(Timestamp(day_of(NOON).0 + 3 * DAY))),
        (Some(Timestamp(NOON.0 - DAY)), None),
    ] {
        let said = decide(
            &procedure,
            Command::Approve { version: 1, seen: None, effective_from: from },
            &boss(),
            &facts("boss"),
        );
        match (said, expected) {
            (Ok(events), Some(day)) => {
                assert!(
                    matches!(events.as_slice(), [ProcedureEvent::Approved { effective_from, .. }] if *effective_from == day)
                );
            }
            (Err(Error::Invalid(errors)), None) => assert!(errors.get("effective_from").is_some()),
            (said, _) => panic!("{from:?}: {said:?}"),
        }
    }
}

#[test]
fn nothing_that_is_the_same_is_an_event_and_a_retired_one_rests() {
    let mut procedure = at(State::Approved);
    let same = Command::Rename { title: "  Round ".to_owned() };
    assert!(decide(&procedure, same, &boss(), &facts("boss")).unwrap().is_empty());
    let draft = at(State::Draft);
    let unchanged = Command::Change { version: 1, seen: None, text: text("Round"), copied_from: None };
    assert!(decide(&draft, unchanged, &boss(), &facts("boss")).unwrap().is_empty());
    for reason in ["", "no"] {
        let said = decide(&procedure, Command::Retire { reason: reason.to_owned() }, &boss(), &facts("boss"));
        assert!(matches!(said, Err(Error::Invalid(_))), "{reason}");
    }
    let reason = || "the press was sold".to_owned();
    let retired = decide(&procedure, Command::Retire { reason: reason() }, &boss(), &facts("boss")).unwrap();
    happen(&mut procedure, "boss", &retired);
    assert!(is_refused(decide(&procedure, Command::Retire { reason: reason() }, &boss(), &facts("boss"))));
    let next = || Command::Draft { text: text("Next"), copied_from: None, begun: None };
    assert!(is_refused(decide(&procedure, next(), &boss(), &facts("boss"))));
    let again = decide(&procedure, Command::TakeUp { reason: reason() }, &boss(), &facts("boss")).unwrap();
    happen(&mut procedure, "boss", &again);
    let events = decide(&procedure, next(), &boss(), &facts("boss")).unwrap();
    happen(&mut procedure, "boss", &events);
    assert_eq!(procedure.versions.len(), 2);
    assert_eq!(procedure.in_use(NOON).map(|version| version.number), Some(1));
    assert_eq!(procedure.standing(&procedure.versions[1], NOON), Standing::Draft);
    let unknown = decide(&procedure, Command::Submit { version: 9, seen: None }, &boss(), &facts("boss"));
    assert!(matches!(unknown, Err(Error::NotFound(_))));
}

#[test]
fn a_text_that_was_not_looked_at_is_not_settled_and_not_written_over() {
    let (stale, reason) = (Some(Digest::of(b"another text")), || "a good reason".to_owned());
    let (draft, submitted) = (at(State::Draft), at(State::Submitted));
    for (is_seen, is_taken) in [(false, false), (true, true)] {
        let seen = if is_seen { Some(draft.versions[0].digest) } else { stale };
        let other = text("Other");
        for (procedure, command) in [
            (&draft, Command::Submit { version: 1, seen }),
            (&draft, Command::Change { version: 1, seen, text: other, copied_from: None }),
            (&submitted, Command::Approve { version: 1, seen, effective_from: None }),
            (&submitted, Command::Return { version: 1, seen, reason: reason() }),
        ] {
            let said = decide(procedure, command, &boss(), &facts("boss"));
            assert_eq!(said.is_ok(), is_taken, "{said:?}");
            assert!(is_taken || is_refused(said));
        }
    }
}

#[test]
fn whoever_did_not_write_a_version_settles_it_only_as_a_supervisor_or_an_admin() {
    for (who, role, unit, is_free) in [
        ("author", Role::Technician, Unit::of("author", []), true),
        ("dana", Role::Technician, Unit::of("dana", []), false),
        ("dana", Role::Technician, Unit::of("dana", [("dana", "author")]), true),
        ("sam", Role::Supervisor, Unit::of("sam", []), true),
        ("ada", Role::Admin, Unit::of("ada", []), true),
    ] {
        let facts = Facts { unit, ..facts(who) };
        for command in [
            Command::Submit { version: 1, seen: None },
            Command::Withdraw { version: 1, reason: "a good reason".to_owned() },
        ] {
            let said = decide(&at(State::Draft), command, &asker(who, &[role]), &facts);
            assert_eq!(said.is_ok(), is_free, "{who}: {said:?}");
            assert!(is_free || matches!(said, Err(Error::Forbidden(_))), "{who}");
        }
    }
}

#[test]
fn a_retired_procedure_has_no_version_submitted_or_approved() {
    for state in [State::Draft, State::Submitted] {
        let mut procedure = at(state);
        let command = match state {
            State::Draft => Command::Submit { version: 1, seen: None },
            _ => Command::Approve { version: 1, seen: None, effective_from: None },
        };
        assert!(decide(&procedure, command.clone(), &boss(), &facts("boss")).is_ok());
        happen(&mut procedure, "boss", &[ProcedureEvent::Retired { reason: "sold".to_owned() }]);
        assert!(is_refused(decide(&procedure, command, &boss(), &facts("boss"))), "{state:?}");
    }
}

#[test]
fn whoever_planned_the_order_is_a_writer_and_only_the_text_says_when_it_was_written() {
    let mut procedure = one("author");
    let from =
        CopiedFrom { order: "o".to_owned(), number: "WO-1".to_owned(), writers: vec!["boss".to_owned()] };
    let command = Command::Change { version: 1, seen: None, text: text("Other"), copied_from: Some(from) };
    let changed =
        decide(&procedure, command, &asker("second", &[Role::Technician]), &facts("second")).unwrap();
    happen(&mut procedure, "second", &changed);
    assert_eq!(procedure.versions[0].writers, ["author", "second", "boss"]);
    let strict = Facts { controlled: true, ..facts("boss") };
    assert!(barred(&procedure.versions[0], &strict).is_some());
    let by = Who { id: "sam".to_owned(), kind: ActorKind::Human, name: "sam".to_owned() };
    let submitted = ProcedureEvent::Submitted { version: 1, digest: procedure.versions[0].digest };
    apply(&mut procedure, &submitted, &Stamp { by, at: Timestamp(NOON.0 + DAY) });
    let version = &procedure.versions[0];
    assert_eq!((version.changed_at, version.changed_by.id.as_str()), (NOON, "second"));
}

#[test]
fn the_next_version_begins_with_the_newest_approved_one() {
    let mut procedure = at(State::Approved);
    let next = Command::Draft { text: text("Next"), copied_from: None, begun: None };
    let events = decide(&procedure, next, &boss(), &facts("boss")).unwrap();
    happen(&mut procedure, "boss", &events);
    assert_eq!(procedure.base().map(|it| it.number), Some(1), "a draft is not approved");
    let (digest, effective_from) = (procedure.versions[1].digest, Timestamp(day_of(NOON).0 + 3 * DAY));
    let submitted = ProcedureEvent::Submitted { version: 2, digest };
    let approved = ProcedureEvent::Approved { version: 2, digest, effective_from };
    happen(&mut procedure, "boss", &[submitted, approved]);
    assert_eq!(procedure.in_use(NOON).map(|it| it.number), Some(1));
    assert_eq!(procedure.base().map(|it| it.number), Some(2));
    // Whoever began with version 1 would take back what version 2 says.
    let old = procedure.versions[0].digest;
    for (begun, is_taken) in [(None, true), (Some(digest), true), (Some(old), false)] {
        let third = Command::Draft { text: text("Third"), copied_from: None, begun };
        let said = decide(&procedure, third, &boss(), &facts("boss"));
        assert_eq!((said.is_ok(), is_refused(said)), (is_taken, !is_taken), "{begun:?}");
    }
    // Also where a draft is in the way: who is told of that alone would press again once it is gone.
    let open = Command::Draft { text: text("Fourth"), copied_from: None, begun: Some(digest) };
    let events = decide(&procedure, open, &boss(), &facts("boss")).unwrap();
    happen(&mut procedure, "boss", &events);
    let fifth = Command::Draft { text: text("Fifth"), copied_from: None, begun: Some(old) };
    let why = decide(&procedure, fifth, &boss(), &facts("boss")).unwrap_err().to_string();
    assert!(why.contains("Version 2 came since you began"), "{why}");
}

#[test]
fn older_words_of_a_version_are_not_in_use_where_those_that_were_approved_are_erased() {
    let mut procedure = one("author");
    // The event with the text that was submitted is erased: only its digest is known.
    let (digest, effective_from) = (text("Other").digest, day_of(NOON));
    assert_ne!(procedure.versions[0].digest, digest);
    let submitted = ProcedureEvent::Submitted { version: 1, digest };
    let approved = ProcedureEvent::Approved { version: 1, digest, effective_from };
    happen(&mut procedure, "author", &[submitted, approved]);
    assert_eq!(procedure.in_use(NOON), None);
    assert_eq!((procedure.find(1), procedure.next_number()), (None, 2));
}

#[test]
fn a_title_of_a_text_that_is_longer_than_one_of_a_procedure_is_cut_and_one_that_was_typed_is_refused() {
    let (named, long) = (|| ("p".to_owned(), 1, "PR-001".to_owned()), "word ".repeat(60));
    // As somebody wrote it into the head of an order: what a file says is shorter.
    let written = || {
        let mut text = text("Look after it");
        text.plan.title = long.trim().to_owned();
        text
    };
    let begun = |title: &str| begin(&asker("author", &[Role::Technician]), named(), title, written(), None);
    let events = begun("").unwrap();
    let Some(ProcedureEvent::Created { title, .. }) = events.first() else { panic!("{events:?}") };
    assert!(title.chars().count() == TITLE_CHARS && title.starts_with("word word") && title.ends_with('…'));
    assert!(matches!(begun(&long), Err(Error::Invalid(_))));
    for (length, is_taken) in [(1_000, true), (1_001, false)] {
        let command = Command::Retire { reason: "x".repeat(length) };
        let said = decide(&one("author"), command, &boss(), &facts("boss"));
        assert_eq!(said.is_ok(), is_taken, "{length}");
    }
}

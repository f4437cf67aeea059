//! Pins on pictures: who places them, what they take, and how they are taken back.

use super::*;
use foundation::Digest;

/// An order in work with a picture at an item, one at the order, and a text.
fn pictured() -> Order {
    let order = at(Status::InProgress);
    let file = |id: &str, picture| NewFile {
        id: id.to_owned(),
        name: format!("{id}.png"),
        media_type: "image/png".to_owned(),
        size: 1,
        digest: Digest::of(id.as_bytes()),
        picture,
    };
    let picture = Some(Picture { width: 40, height: 30, has_place: false });
    let add = |place, files| {
        Command::Gather(Gather::AddFiles { files, place, description: String::new(), most: 9 })
    };
    let order = after(
        &order,
        worker(&order, add(FilePlace::Item("i2".to_owned()), vec![file("f1", picture)])),
        "worker",
    );
    let files = vec![file("f2", picture), file("f3", None)];
    after(&order, worker(&order, add(FilePlace::Order, files)), "worker")
}

fn pin(file: &str, x: u16, y: u16, text: &str) -> Command {
    Command::Gather(Gather::PlacePin { file: file.to_owned(), x, y, text: text.to_owned() })
}

fn back(pin: &str, reason: &str) -> Command {
    Command::Gather(Gather::RemovePin { pin: pin.to_owned(), reason: reason.to_owned() })
}

#[test]
fn a_pin_says_where_and_what_and_by_whom() {
    let order = pictured();
    let pinned = after(&order, worker(&order, pin("f1", 1_250, 10_000, " crack ")), "worker");
    let pin_of = &pinned.gathered.file("f1").unwrap().pins[0];
    assert_eq!(
        (pin_of.x, pin_of.y, pin_of.text.as_str(), pin_of.by.id.as_str()),
        (1_250, 10_000, "crack", "worker")
    );
    assert!(matches!(run(&order, pin("f1", 0, 0, "x"), "other", Role::Technician), Err(Error::Forbidden(_))));
    assert!(run(&order, pin("f1", 0, 0, "x"), "auditor", Role::Auditor).is_ok());
    for (command, words) in [
        (pin("f1", 10_001, 0, "x"), "percent"),
        (pin("f1", 0, 0, "  "), "what is to be seen"),
        (pin("f1", 0, 0, &"x".repeat(201)), "at most 200"),
        (pin("f3", 0, 0, "x"), "no picture"),
        (pin("f9", 0, 0, "x"), "the photo"),
    ] {
        assert!(refusal(worker(&order, command)).contains(words), "{words}");
    }
    let mut gone = order.clone();
    gone.gathered.files[0].withdrawn =
        Some(Undone { by: Who::from(&person("worker")), at: NOON, reason: String::new() });
    assert!(refusal(worker(&gone, pin("f1", 0, 0, "x"))).contains("taken back"));
    let mut done = order.clone();
    done.status = Status::Completed;
    assert!(
        matches!(worker(&done, pin("f1", 0, 0, "x")), Err(Error::Invalid(_))),
        "explained after the fact"
    );
    assert!(worker(&done, pin("f1", 0, 0, "seen only on the photo")).is_ok());
    let mut full = pinned.clone();
    let one = full.gathered.files[0].pins[0].clone();
    full.gathered.files[0].pins = vec![one; 50];
    assert!(refusal(worker(&full, pin("f1", 0, 0, "x"))).contains("at most 50"));
}

#[test]
fn a_pin_is_taken_back_like_a_tick_and_its_number_stays_its_own() {
    let order = pictured();
    let order = after(&order, worker(&order, pin("f1", 1, 1, "crack")), "worker");
    assert!(matches!(
        run(&order, back("new-1", "a good reason"), "other", Role::Technician),
        Err(Error::Forbidden(_))
    ));
    assert!(matches!(boss(&order, back("new-1", "")), Err(Error::Invalid(_))), "another's with a reason");
    assert!(boss(&order, back("new-1", "a good reason")).is_ok());
    let gone = after(&order, worker(&order, back("new-1", "")), "worker");
    assert!(gone.gathered.file("f1").unwrap().pins[0].removed.is_some());
    assert!(refusal(worker(&gone, back("new-1", ""))).contains("already"));
    assert!(matches!(worker(&order, back("none", "")), Err(Error::NotFound(_))));
    let mut stepped = order.clone();
    stepped.steps[0].state = StepState::Done;
    assert!(matches!(worker(&stepped, back("new-1", "")), Err(Error::Invalid(_))), "its step is done");
    assert!(worker(&stepped, back("new-1", "a good reason")).is_ok());
    stepped.status = Status::Completed;
    assert!(refusal(worker(&stepped, back("new-1", "a good reason"))).contains("its evidence stands"));
}

#[test]
fn what_is_pinned_adds_to_what_was_signed_and_what_is_taken_back_changes_it() {
    let signed = || {
        let mut order = after(&pictured(), worker(&pictured(), pin("f1", 1, 1, "crack")), "worker");
        order.signatures.push(Signature {
            event: "ev".to_owned(),
            transition: Some(Transition::Complete),
            item: None,
            meaning: Meaning::Performed,
            by: Who::from(&person("worker")),
            at: NOON,
            signed: None,
            superseded: None,
        });
        order
    };
    let (order, standing) = (signed(), |order: &Order| order.signatures[0].superseded.is_none());
    assert!(standing(&after(&order, worker(&order, pin("f1", 2, 2, "second crack")), "worker")));
    assert!(!standing(&after(&order, boss(&order, back("new-1", "a good reason")), "boss")));
}

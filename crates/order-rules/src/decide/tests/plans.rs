//! Plans, assignments, weights, log and comments.

use super::*;
use crate::delegation::DelegationEvent;
use foundation::Digest;

#[test]
fn who_may_edit_the_plan_in_which_state() {
    let mut changed = plan();
    changed.title = "Another".to_owned();
    let by = |status: Status, who: &str, role: Role| {
        run(&at(status), edit(changed.clone(), "a good reason"), who, role).is_ok()
    };
    for status in Status::ALL {
        let draft = status == Status::Draft;
        assert_eq!(by(status, "author", Role::Requester), draft, "{status:?}");
        assert_eq!(by(status, "author", Role::Agent), draft, "{status:?}");
        assert!(!by(status, "other", Role::Technician) && !by(status, "author", Role::Admin), "{status:?}");
        let open = matches!(status, Status::Draft | Status::Submitted | Status::InProgress | Status::OnHold);
        assert_eq!(by(status, "boss", Role::Supervisor), open, "{status:?}");
    }
    assert!(
        matches!(boss(&at(Status::InProgress), edit(changed, "")), Err(Error::Invalid(_))),
        "a reason once begun"
    );
}

#[test]
fn the_rules_of_its_type_hold_for_an_order_under_way() {
    let retyped = |status: Status, order_type: &str| {
        let order = at(status);
        let mut plan = Plan::of(&order);
        plan.order_type = order_type.to_owned();
        boss(&order, edit(plan, "it is something else"))
    };
    let same = format!("{} of the pump", plan().order_type);
    for (status, may) in [
        (Status::Draft, true),
        (Status::Submitted, true),
        (Status::InProgress, false),
        (Status::OnHold, false),
    ] {
        let other = retyped(status, "Repair");
        assert_eq!(other.is_ok(), may, "{status:?}");
        assert!(may || refusal(other).contains("stands once the order is approved"));
        assert!(retyped(status, &same).is_ok(), "{status:?}");
    }
}

#[test]
fn progress_survives_an_edit_and_records_cannot_be_removed() {
    let order = at(Status::InProgress);
    let order = after(&order, worker(&order, tick(item("i1"))), "worker");
    let order = after(&order, worker(&order, tick(Target::Criterion("c1".into()))), "worker");
    let mut new = Plan::of(&order);
    new.steps.reverse();
    new.steps[2].title = "Renamed".to_owned();
    new.steps[2].items.push(PlanItem { text: "one more".to_owned(), ..PlanItem::default() });
    new.safety[0].text = "Keys stay very secret".to_owned();
    let edited = after(&order, boss(&order, edit(new, "a good reason")), "boss");
    let step = edited.step("s1").unwrap();
    assert_eq!((step.position, step.title.as_str(), step.state.as_str()), (3, "Renamed", "open"));
    assert_eq!((step.ticked_items(), step.items.len(), step.items[2].id.as_str()), (1, 3, "new-1"));
    assert!(edited.criterion("c1").unwrap().ticks.is_ticked());
    assert_eq!(edited.safety.version, 2, "changed safety notes ask again");
    let without = |change: fn(&mut Plan)| {
        let mut plan = Plan::of(&order);
        change(&mut plan);
        refusal(boss(&order, edit(plan, "a good reason")))
    };
    assert!(without(|plan| drop(plan.steps.remove(0))).contains("carries a record"));
    assert!(without(|plan| drop(plan.steps[0].items.remove(0))).contains("carries a record"));
    assert!(without(|plan| plan.criteria.clear()).contains("Leave it as not met"));
    let moved = |place: usize| {
        let mut plan = Plan::of(&order);
        let item = plan.steps[0].items.remove(place);
        plan.steps[1].items.push(item);
        boss(&order, edit(plan, "a good reason"))
    };
    assert!(refusal(moved(0)).contains("neither removed nor moved"), "what was ticked belongs to its step");
    assert!(moved(1).is_ok(), "what nobody ticked may go to another");
    let none = boss(&order, edit(Plan::of(&order), ""));
    assert_eq!(none.unwrap(), [], "an edit that changes nothing is no event");
}

#[test]
fn an_item_takes_its_weight_to_another_step_and_stays_where_somebody_set_it_aside() {
    let order = at(Status::InProgress);
    let weigh = Command::SetMateriality { target: item("i2"), materiality: Materiality::Critical };
    let weighed = after(&order, boss(&order, weigh), "boss");
    let mut plan = Plan::of(&weighed);
    let carried = plan.steps[0].items.remove(1);
    plan.steps[1].items.push(carried);
    let weighed = after(&weighed, boss(&weighed, edit(plan, "a good reason")), "boss");
    let (step, carried) = weighed.item("i2").unwrap();
    assert_eq!(
        (step.id.as_str(), carried.materiality),
        ("s2", Materiality::Critical),
        "and takes its weight along"
    );
    // Nor does what somebody set aside leave with its reason.
    let aside = Command::SkipItem { item: "i2".to_owned(), reason: "no such part here".to_owned() };
    let aside = after(&order, worker(&order, aside), "worker");
    for goes_on in [false, true] {
        let mut plan = Plan::of(&aside);
        let gone = plan.steps[0].items.remove(1);
        plan.steps[1].items.extend(goes_on.then_some(gone));
        assert!(refusal(boss(&aside, edit(plan, "a good reason"))).contains("does not apply"), "{goes_on}");
    }
}

#[test]
fn bad_plans_are_refused_by_field() {
    let create = |plan: Plan| {
        let command = NewOrder::Create {
            id: "o".into(),
            number: OrderNumber::new(2026, 1),
            plan: Box::new(plan),
            assignee: None,
        };
        start(command, "author", Role::Requester)
    };
    let mut twice = plan();
    twice.steps[1].id = "s1".to_owned();
    let mut untitled = plan();
    untitled.steps[1].title = "  ".to_owned();
    let mut nul = plan();
    nul.steps[0].items[1].text = "a\0".to_owned();
    for (bad, path) in [
        (Plan { title: String::new(), ..plan() }, "title"),
        (twice, "ids"),
        (untitled, "steps[1].title"),
        (nul, "steps[0].items[1].text"),
    ] {
        let Err(Error::Invalid(errors)) = create(bad) else { panic!("taken: {path}") };
        assert!(errors.get(path).is_some(), "{path}: {errors}");
    }
    assert!(create(plan()).is_ok());
}

#[test]
fn who_may_create_assign_and_weigh() {
    for role in Role::ALL {
        let writes = !matches!(role, Role::Viewer | Role::Auditor);
        let create = |assignee| NewOrder::Create {
            id: "o".into(),
            number: OrderNumber::new(2026, 1),
            plan: Box::new(plan()),
            assignee,
        };
        assert_eq!(start(create(None), "x", role).is_ok(), writes, "{role:?}");
        let boss = role == Role::Supervisor;
        let given = create(Some(assignee("w", ActorKind::Human)));
        assert_eq!(start(given, "x", role).is_ok(), boss, "{role:?}");
        let assign = Command::Assign { assignee: None };
        assert_eq!(run(&draft(), assign, "x", role).is_ok(), boss, "{role:?}");
        let weigh = Command::SetMateriality { target: item("i1"), materiality: Materiality::Critical };
        assert_eq!(run(&draft(), weigh, "x", role).is_ok(), boss, "{role:?}");
    }
    let weigh = Command::SetMateriality { target: item("i1"), materiality: Materiality::Critical };
    assert!(matches!(
        run_with(&draft(), weigh, &person("boss"), &[Role::Supervisor], &judged("boss")),
        Err(Error::Refused(_))
    ));
}

#[test]
fn who_may_log_and_comment() {
    let order = at(Status::InProgress);
    let log = || Command::AddLog {
        title: "Waiting for keys".into(),
        lines: vec!["x".into()],
        kind: None,
        corrects: None,
    };
    let comment = || Command::AddComment { text: "x".into() };
    for (who, role, logs, comments) in [
        ("worker", Role::Technician, true, true),
        ("other", Role::Technician, false, false),
        ("author", Role::Requester, false, true),
        ("boss", Role::Supervisor, true, true),
        ("audit", Role::Auditor, false, true),
        ("viewer", Role::Viewer, false, false),
        ("admin", Role::Admin, false, false),
    ] {
        assert_eq!(run(&order, log(), who, role).is_ok(), logs, "{who}");
        assert_eq!(run(&order, comment(), who, role).is_ok(), comments, "{who}");
    }
    let order = after(&order, worker(&order, log()), "worker");
    assert_eq!(
        (order.log[0].kind, order.log[0].by.as_ref().unwrap().id.as_str()),
        (LogKind::Waiting, "worker")
    );
    let empty = Command::AddComment { text: " \n".into() };
    assert!(matches!(worker(&order, empty), Err(Error::Invalid(_))));
    let wrong =
        Command::AddLog { title: "x".into(), lines: vec![], kind: None, corrects: Some("none".into()) };
    assert!(matches!(worker(&order, wrong), Err(Error::Invalid(_))));
}

#[test]
fn an_entry_of_the_log_is_corrected_by_whoever_wrote_it_or_a_supervisor() {
    let mut order = at(Status::InProgress);
    let log = |corrects: Option<&str>| Command::AddLog {
        title: "Measured".into(),
        lines: vec!["x".into()],
        kind: None,
        corrects: corrects.map(str::to_owned),
    };
    order = after(&order, boss(&order, log(None)), "boss");
    order.log[0].id = "of-boss".to_owned();
    order = after(&order, worker(&order, log(None)), "worker");
    order.log[1].id = "of-worker".to_owned();
    order.log.push(LogEntry { id: "of-file".to_owned(), by: None, ..order.log[1].clone() });
    for (entry, who, role, may) in [
        ("of-worker", "worker", Role::Technician, true),
        ("of-boss", "worker", Role::Technician, false),
        ("of-file", "worker", Role::Technician, false),
        ("of-boss", "boss", Role::Supervisor, true),
        ("of-worker", "boss", Role::Supervisor, true),
        ("of-file", "boss", Role::Supervisor, true),
    ] {
        assert_eq!(run(&order, log(Some(entry)), who, role).is_ok(), may, "{entry} by {who}");
    }
    // It changes what was reviewed, so nothing is corrected between verifying and closing.
    for (status, may) in [(Status::Completed, true), (Status::Verified, false)] {
        let order = Order { status, ..order.clone() };
        assert_eq!(boss(&order, log(Some("of-worker"))).is_ok(), may, "{status:?}");
        assert!(boss(&order, log(None)).is_ok(), "{status:?}: an entry beside it changes nothing");
    }
}

#[test]
fn from_its_approval_on_a_plan_keeps_its_type_and_its_changes_are_explained_and_approved() {
    let unstarted = |status: Status| Order { started: false, ..at(status) };
    for (status, is_approved) in [(Status::Draft, false), (Status::Submitted, false), (Status::OnHold, true)]
    {
        let order = unstarted(status);
        let retyped = Plan { order_type: "Repair".to_owned(), ..Plan::of(&order) };
        let other = boss(&order, edit(retyped, "it is something else"));
        assert_eq!(other.is_err(), is_approved, "{status:?}: {other:?}");
        assert!(!is_approved || refusal(other).contains("stands once the order is approved"));
        let again = || Plan { title: "Another".to_owned(), ..Plan::of(&order) };
        assert_eq!(boss(&order, edit(again(), "")).is_err(), is_approved, "{status:?}");
        let changed = after(&order, boss(&order, edit(again(), "a good reason")), "boss");
        assert_eq!(changed.changed_since_approval.len(), usize::from(is_approved), "{status:?}");
    }
}

#[test]
fn what_a_record_belongs_to_is_not_taken_away_and_goes_along_to_another_step() {
    let order = at(Status::InProgress);
    let file = NewFile {
        id: "f1".to_owned(),
        name: "f1.png".to_owned(),
        media_type: "image/png".to_owned(),
        size: 1,
        digest: Digest::of(b"f1"),
        picture: None,
    };
    let place = FilePlace::Item("i2".to_owned());
    let add = Gather::AddFiles { files: vec![file], place, description: String::new(), most: 3 };
    let with = |event: OrderEvent| {
        let mut order = order.clone();
        fold::apply(&mut order, &event, &samples::meta(&person("worker")));
        order
    };
    let asked = DelegationEvent::QuestionAsked {
        question: "q1".to_owned(),
        text: "Which one?".to_owned(),
        choices: Vec::new(),
        about: Some(item("i2")),
    };
    let followed = OrderEvent::Related {
        kind: RelationKind::FollowedUpBy,
        order: "o9".to_owned(),
        number: OrderNumber::new(2026, 9),
        about: Some(item("i2")),
    };
    let mut bare = facts(&person("boss"));
    bare.evidence.evidenced.clear();
    let (mut linked, mut judged) = (bare.clone(), bare.clone());
    linked.evidence.evidenced = ["i2".to_owned()].into();
    judged.evidence.judged = ["i2".to_owned()].into();
    let by_boss = |order: &Order, plan: Plan, facts: &Facts| {
        run_with(order, edit(plan, "a good reason"), &person("boss"), &[Role::Supervisor], facts)
    };
    let without = |order: &Order, facts: &Facts, change: fn(&mut Plan)| {
        let mut plan = Plan::of(order);
        change(&mut plan);
        by_boss(order, plan, facts)
    };
    let remove: fn(&mut Plan) = |plan| drop(plan.steps[0].items.remove(1));
    assert!(without(&order, &bare, remove).is_ok(), "what carries nothing goes");
    for (order, facts, carries) in [
        (after(&order, worker(&order, Command::Gather(add)), "worker"), &bare, "a photo or file belongs"),
        (with(asked.into()), &bare, "a question belongs"),
        (with(followed), &bare, "a follow-up order belongs"),
        (order.clone(), &linked, "linked evidence belongs"),
        (order.clone(), &judged, "a verdict belongs"),
    ] {
        let refused = refusal(without(&order, facts, remove));
        assert!(refused.contains(carries) && refused.contains("does not apply"), "{carries}: {refused}");
        let refused = refusal(without(&order, facts, |plan| drop(plan.steps.remove(0))));
        assert!(refused.contains(carries), "nor with its step: {refused}");
        let reworded = without(&order, facts, |plan| plan.steps[0].items[1].text = "Another".to_owned());
        assert!(reworded.is_ok(), "{carries}: {reworded:?}");
        let moved = without(&order, facts, |plan| {
            let carried = plan.steps[0].items.remove(1);
            plan.steps[1].items.push(carried);
        });
        assert!(moved.is_ok(), "{carries}: {moved:?}");
        assert!(stays(&order, facts, order.step("s1").unwrap()), "{carries}: a split says the same");
    }
    let mut of_criterion = bare;
    of_criterion.evidence.judged = ["c1".to_owned()].into();
    let refused = refusal(without(&order, &of_criterion, |plan| plan.criteria.clear()));
    assert!(
        refused.contains("a verdict belongs to it") && refused.contains("Leave it as not met"),
        "{refused}"
    );
}

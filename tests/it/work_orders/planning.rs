//! Orders written in the browser: made, copied, changed part by part, followed up.

use actix_web::http::StatusCode;
use tracewright::foundation::Role;
use tracewright::work_orders::editing::plan_of;
use tracewright::work_orders::model::{AskKind, Block, Kind, RelationKind, Status};

use crate::harness::on_both;
use crate::harness::orders::walk;

use super::pages::{Answer, get, post};
use super::*;

const CHECKLIST: &str =
    "## Isolate\n- [ ] Close valve 7\n- [ ] Pressure is zero\n\n## Swap\n- [ ] Seal swapped\n";

/// Writes an order through its form; gives its number and id.
pub(super) async fn written(t: &TestApp, who: &Asker) -> (String, String) {
    let fields = [
        ("title", "Swap the seal"),
        ("type", "Repair"),
        ("priority", "high"),
        ("due", "2026-12-04"),
        ("checklist", CHECKLIST),
        ("criteria", "No leak at 6 bar"),
    ];
    let made = post(t, who, "/work-orders/new", &fields).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
    let number = made.location.trim_start_matches("/work-orders/").trim_end_matches("/edit").to_owned();
    let id = row(t, who, &number).await.order_id;
    (number, id)
}

pub(super) fn block<'a>(plan: &'a [Block], text: &str) -> &'a Block {
    plan.iter().find(|block| block.text == text).unwrap_or_else(|| panic!("no block says {text}"))
}

pub(super) async fn change(t: &TestApp, who: &Asker, number: &str, fields: &[(&str, &str)]) -> Answer {
    post(t, who, &format!("/work-orders/{number}/plan"), fields).await
}

/// Sets what an item says and how it is answered.
async fn ask(t: &TestApp, who: &Asker, number: &str, id: &str, text: &str, more: &[(&str, &str)]) -> Answer {
    let mut fields =
        vec![("op", "set"), ("block", id), ("was", text), ("text", text), ("kind", "item"), ("depth", "0")];
    fields.extend(more);
    change(t, who, number, &fields).await
}

on_both! {
    async fn an_order_is_written_from_nothing_and_may_be_submitted(t: TestApp) {
        let asker = owner(&t).await;
        let refused = post(&t, &asker, "/work-orders/new", &[("title", " "), ("checklist", "keep me")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("keep me"), "what was typed is kept");
        let (number, id) = written(&t, &asker).await;
        let order = load(&t, &asker, &id).await;
        let steps: Vec<(&str, usize)> = order.steps.iter().map(|step| (step.title.as_str(), step.items.len())).collect();
        assert_eq!(steps, [("Isolate", 2), ("Swap", 1)]);
        assert_eq!(order.criteria.len(), 1);
        assert!(order.is_author(&asker.actor.id));
        let page = get(&t, &asker, &format!("/work-orders/{number}/edit")).await;
        assert!(page.body.contains("Nothing is missing.") && page.body.contains("Submit for approval"));
        walk(&t, &asker, &asker, &id, Status::Approved).await;
    }

    async fn a_part_is_carried_before_or_behind_another_one(t: TestApp) {
        let asker = owner(&t).await;
        let (number, id) = written(&t, &asker).await;
        let plan = plan_of(&load(&t, &asker, &id).await).document;
        let of = |text: &str| block(&plan, text).id.clone();
        let (valve, seal, swap, isolate) = (of("Close valve 7"), of("Seal swapped"), of("Swap"), of("Isolate"));
        let to = [("op", "to"), ("block", valve.as_str()), ("after", seal.as_str())];
        let moved = change(&t, &asker, &number, &to).await;
        assert!(moved.status == StatusCode::SEE_OTHER && moved.location.ends_with(&format!("#block-{valve}")), "{}", moved.body);
        let to = [("op", "to"), ("block", swap.as_str()), ("before", isolate.as_str())];
        assert_eq!(change(&t, &asker, &number, &to).await.status, StatusCode::SEE_OTHER);
        let order = load(&t, &asker, &id).await;
        let items = |place: usize| order.steps[place].items.iter().map(|it| it.text.clone()).collect::<Vec<_>>();
        assert_eq!((order.steps[0].title.as_str(), items(0), items(1)), (
            "Swap", vec!["Seal swapped".to_owned(), "Close valve 7".to_owned()], vec!["Pressure is zero".to_owned()],
        ));
        let nowhere = change(&t, &asker, &number, &[("op", "to"), ("block", &swap)]).await;
        assert_eq!(nowhere.status, StatusCode::UNPROCESSABLE_ENTITY);
        let itself = change(&t, &asker, &number, &[("op", "to"), ("block", &swap), ("after", &seal)]).await;
        assert_eq!(itself.status, StatusCode::CONFLICT);
    }

    async fn parts_are_changed_added_moved_and_removed_and_keep_their_ids(t: TestApp) {
        let asker = owner(&t).await;
        let (number, id) = written(&t, &asker).await;
        let plan = plan_of(&load(&t, &asker, &id).await).document;
        let (valve, zero) = (block(&plan, "Close valve 7").id.clone(), block(&plan, "Pressure is zero").id.clone());
        let set = [
            ("op", "set"), ("block", &valve), ("was", "Close valve 7"), ("text", "Close valve 7 and tag it"), ("kind", "item"),
            ("optional", "yes"), ("depth", "0"),
        ];
        assert_eq!(change(&t, &asker, &number, &set).await.status, StatusCode::SEE_OTHER);
        assert_eq!(change(&t, &asker, &number, &[("op", "up"), ("block", &zero)]).await.status, StatusCode::SEE_OTHER);
        let add = [("op", "add"), ("after", zero.as_str()), ("kind", "warning"), ("text", "The pipe is hot")];
        assert_eq!(change(&t, &asker, &number, &add).await.status, StatusCode::SEE_OTHER);
        let order = load(&t, &asker, &id).await;
        let items: Vec<(&str, bool)> =
            order.steps[0].items.iter().map(|item| (item.text.as_str(), item.required)).collect();
        assert_eq!(items, [("Pressure is zero", true), ("Close valve 7 and tag it", false)]);
        assert_eq!(order.steps[0].items[1].id, valve);
        let kinds: Vec<Kind> = order.document.iter().map(|block| block.kind).collect();
        let warning = kinds.iter().position(|kind| *kind == Kind::Warning).unwrap();
        assert_eq!(order.document[warning - 1].id, zero);
        let swap = block(&order.document, "Swap").id.clone();
        assert_eq!(change(&t, &asker, &number, &[("op", "remove"), ("block", &swap)]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(load(&t, &asker, &id).await.steps.len(), 1, "a step goes with what stands in it");
    }

    async fn each_step_of_a_plan_folds_to_a_line_that_says_how_much_is_in_it(t: TestApp) {
        let asker = owner(&t).await;
        let (number, id) = written(&t, &asker).await;
        let plan = plan_of(&load(&t, &asker, &id).await).document;
        let line = |page: &str, text: &str| {
            let begins = format!("id=\"fold-{}\"", block(&plan, text).id);
            let (_, rest) = page.split_once(&begins).unwrap_or_else(|| panic!("no fold of {text}: {page}"));
            rest.split("</summary>").next().unwrap_or_default().to_owned()
        };
        let edit = format!("/work-orders/{number}/edit");
        let page = get(&t, &asker, &edit).await.body;
        let (isolate, swap, criteria) = (line(&page, "Isolate"), line(&page, "Swap"), line(&page, "No leak at 6 bar"));
        assert!(isolate.contains("Step 1") && isolate.contains("2 items") && !isolate.contains(" open>"), "{isolate}");
        assert!(swap.contains("Step 2") && swap.contains("1 item<") && !swap.contains(" open>"), "{swap}");
        assert!(criteria.contains("<b>Criteria</b>") && !criteria.contains("Step"), "{criteria}");
        let valve = &block(&plan, "Close valve 7").id;
        let below = get(&t, &asker, &format!("{edit}?add={valve}")).await.body;
        assert!(line(&below, "Isolate").contains(" open>") && !line(&below, "Swap").contains(" open>"), "{below}");
        // What comes to the end is shown where it came.
        for (kind, place, text) in [("item", "item", "Swap"), ("criterion", "end", "No leak at 6 bar")] {
            let added = change(&t, &asker, &number, &[("op", "add"), ("kind", kind), ("text", "Torque noted")]).await;
            assert!(added.location.ends_with(&format!("/edit?at={place}#plan")), "{}", added.location);
            let page = get(&t, &asker, &format!("{edit}?at={place}")).await.body;
            assert!(line(&page, text).contains(" open>") && !line(&page, "Isolate").contains(" open>"), "{page}");
        }
    }

    async fn what_was_written_beside_another_button_is_saved_with_it(t: TestApp) {
        let asker = owner(&t).await;
        let (number, id) = written(&t, &asker).await;
        let plan = plan_of(&load(&t, &asker, &id).await).document;
        let (valve, zero) = (block(&plan, "Close valve 7").id.clone(), block(&plan, "Pressure is zero").id.clone());
        let up = [("op", "up"), ("block", zero.as_str()), ("was", "Pressure is zero"), ("text", "No pressure"), ("kind", "item"), ("depth", "0")];
        assert_eq!(change(&t, &asker, &number, &up).await.status, StatusCode::SEE_OTHER);
        let below = [("op", "below"), ("block", valve.as_str()), ("was", "Close valve 7"), ("text", "Close valves"), ("kind", "item"), ("depth", "0")];
        let shown = change(&t, &asker, &number, &below).await;
        assert!(shown.location.ends_with(&format!("/edit?add={valve}#add")), "{}", shown.location);
        let order = load(&t, &asker, &id).await;
        let items: Vec<&str> = order.steps[0].items.iter().map(|item| item.text.as_str()).collect();
        assert_eq!(items, ["No pressure", "Close valves"]);
    }

    async fn whoever_changes_what_another_changed_is_told_and_loses_nothing(t: TestApp) {
        let asker = owner(&t).await;
        let (number, id) = written(&t, &asker).await;
        let plan = plan_of(&load(&t, &asker, &id).await).document;
        let valve = block(&plan, "Close valve 7").id.clone();
        let set = |text: &'static str| {
            [("op", "set"), ("block", valve.as_str()), ("was", "Close valve 7"), ("text", text), ("kind", "item"), ("depth", "0")]
        };
        assert_eq!(change(&t, &asker, &number, &set("Close valve 8")).await.status, StatusCode::SEE_OTHER);
        let late = change(&t, &asker, &number, &set("Close valve 9")).await;
        assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.body);
        assert!(late.body.contains("Close valve 8"), "the other's words are shown");
        assert_eq!(load(&t, &asker, &id).await.steps[0].items[0].text, "Close valve 8");
    }

    async fn what_carries_a_record_stays_and_a_change_after_the_start_needs_a_reason(t: TestApp) {
        let asker = owner(&t).await;
        let (number, id) = written(&t, &asker).await;
        walk(&t, &asker, &asker, &id, Status::InProgress).await;
        let order = load(&t, &asker, &id).await;
        let target = at(&order, "1.1");
        actions::tick::tick(&t.services.orders, &asker, &id, target.clone()).await.unwrap();
        let remove = [("op", "remove"), ("block", target.id()), ("reason", "no longer wanted")];
        assert!(!change(&t, &asker, &number, &remove).await.status.is_redirection());
        let other = block(&order.document, "Seal swapped").id.clone();
        let bare = change(&t, &asker, &number, &[("op", "remove"), ("block", &other)]).await;
        assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
        let told = [("op", "remove"), ("block", other.as_str()), ("reason", "another crew does that")];
        assert_eq!(change(&t, &asker, &number, &told).await.status, StatusCode::SEE_OTHER);
        let page = get(&t, &asker, &format!("/work-orders/{number}")).await;
        assert!(page.body.contains("removed item to tick") && page.body.contains("another crew does that"));
    }

    async fn a_copy_takes_the_plan_and_nothing_that_was_done(t: TestApp) {
        let asker = owner(&t).await;
        let (number, id) = written(&t, &asker).await;
        walk(&t, &asker, &asker, &id, Status::InProgress).await;
        let order = load(&t, &asker, &id).await;
        actions::tick::tick(&t.services.orders, &asker, &id, at(&order, "1.1")).await.unwrap();
        let copied = post(&t, &asker, &format!("/work-orders/{number}/copy"), &[]).await;
        let copy = copied.location.trim_start_matches("/work-orders/").trim_end_matches("/edit").to_owned();
        assert_ne!(copy, number);
        let copy = load(&t, &asker, &row(&t, &asker, &copy).await.order_id).await;
        assert_eq!((copy.status, copy.due.clone(), copy.has_progress()), (Status::Draft, None, false));
        let texts = |order: &Order| order.document.iter().map(|block| block.text.clone()).collect::<Vec<_>>();
        assert_eq!(texts(&copy), texts(&order));
        let shared = copy.document.iter().filter(|block| order.document.iter().any(|it| it.id == block.id)).count();
        assert_eq!(shared, 0, "ids are the copy's own");
    }

    async fn only_whoever_may_change_the_plan_does(t: TestApp) {
        let asker = owner(&t).await;
        let (number, _) = written(&t, &asker).await;
        for (role, may) in [(Role::Technician, false), (Role::Auditor, false), (Role::Viewer, false), (Role::Supervisor, true)] {
            let somebody = other(&asker, &format!("some-{role:?}"), &[role]);
            let page = get(&t, &somebody, &format!("/work-orders/{number}/edit")).await;
            assert_eq!(page.status.is_success(), may, "{role:?}");
            let head = [("op", "head"), ("title", "Mine"), ("priority", "low")];
            assert_eq!(change(&t, &somebody, &number, &head).await.status.is_redirection(), may, "{role:?}");
        }
    }

    async fn items_are_answered_as_they_ask_and_limits_are_held(t: TestApp) {
        let asker = owner(&t).await;
        let (number, id) = written(&t, &asker).await;
        let plan = plan_of(&load(&t, &asker, &id).await).document;
        let zero = block(&plan, "Pressure is zero").id.clone();
        let wrong = ask(&t, &asker, &number, &zero, "Pressure is zero", &[("asks", "number"), ("least", "3"), ("most", "1")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let more = [("asks", "number"), ("unit", "bar"), ("most", "0.2"), ("outside", "fail")];
        assert_eq!(ask(&t, &asker, &number, &zero, "Pressure is zero", &more).await.status, StatusCode::SEE_OTHER);
        walk(&t, &asker, &asker, &id, Status::InProgress).await;
        let answer = |given: &'static str| [("item", zero.clone()), ("answer", given.to_owned())];
        let path = format!("/work-orders/{number}/answer");
        let send = async |given: &'static str| {
            let fields = answer(given);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            post(&t, &asker, &path, &fields).await
        };
        assert_eq!(send("lots").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let ticked = actions::tick::tick(&t.services.orders, &asker, &id, Target::Item(zero.clone())).await;
        assert!(ticked.is_err(), "a number is not ticked");
        assert_eq!(send("0,35").await.status, StatusCode::SEE_OTHER);
        let order = load(&t, &asker, &id).await;
        let (step, item) = order.item(&zero).unwrap();
        assert_eq!(item.asks.kind, AskKind::Number);
        let answered = item.ticks.current().unwrap().answer.clone().unwrap();
        assert_eq!((answered.value.as_str(), item.has_failed(), step.ticked_items()), ("0.35 bar", true, 0));
        assert!(!send("0.1").await.status.is_redirection(), "an answer stands until it is taken back");
        let row = row(&t, &asker, &number).await;
        assert_eq!((row.items_done, row.items_failed), (0, 1));
        let list = get(&t, &asker, "/work-orders").await.body;
        assert!(list.contains("<span class=\"late\">1 failed</span>"), "the red of the bar has a word: {list}");
        assert!(list.contains("<span class=\"chip blue\">In progress</span>"), "{list}");
        actions::undo::undo(&t.services.orders, &asker, &id, Target::Item(zero.clone()), String::new()).await.unwrap();
        assert_eq!(send("0.1").await.status, StatusCode::SEE_OTHER);
        let order = load(&t, &asker, &id).await;
        let ticks = &order.item(&zero).unwrap().1.ticks;
        assert_eq!(ticks.0.len(), 2, "both values stay");
    }

    async fn an_item_may_fail_or_not_apply_and_the_work_goes_on(t: TestApp) {
        let asker = owner(&t).await;
        let (number, id) = written(&t, &asker).await;
        walk(&t, &asker, &asker, &id, Status::InProgress).await;
        let order = load(&t, &asker, &id).await;
        let item = |place: &str| at(&order, place).id().to_owned();
        let (first, second, third) = (item("1.1"), item("1.2"), item("2.1"));
        let orders = &t.services.orders;
        let short = actions::answer::skip(orders, &asker, &id, first.clone(), "no".to_owned()).await;
        assert!(short.is_err(), "a reason is asked for");
        actions::answer::skip(orders, &asker, &id, first.clone(), "there is no valve 7".to_owned()).await.unwrap();
        let bare = actions::answer::answer(orders, &asker, &id, second.clone(), "fail".to_owned(), String::new()).await;
        assert!(bare.is_err(), "a failure is explained");
        let why = "the gauge is stuck".to_owned();
        actions::answer::answer(orders, &asker, &id, second.clone(), "fail".to_owned(), why).await.unwrap();
        actions::tick::tick(orders, &asker, &id, Target::Item(third)).await.unwrap();
        actions::tick::tick(orders, &asker, &id, at(&order, "C1")).await.unwrap();
        let page = get(&t, &asker, &format!("/work-orders/{number}")).await;
        assert!(page.body.contains("Failed and without a follow-up order: 1.2 Pressure is zero"), "the demand names its act");
        assert!(page.body.contains(" steps done, 1 failed · "), "a step in which something failed is told apart");
        let about = format!("item:{second}");
        let form = get(&t, &asker, &format!("/work-orders/{number}/follow-up?about={about}")).await;
        assert!(form.body.contains("the gauge is stuck") && form.body.contains("Follow-up: Pressure is zero"));
        let fields = [("about", about.as_str()), ("title", "Replace the gauge"), ("priority", "high"), ("note", "")];
        let opened = post(&t, &asker, &format!("/work-orders/{number}/follow-up"), &fields).await;
        assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.body);
        let order = load(&t, &asker, &id).await;
        let tied = order.follow_up_of(&second).unwrap().clone();
        let next = load(&t, &asker, &tied.order).await;
        assert_eq!((next.title.as_str(), next.status), ("Replace the gauge", Status::Draft));
        assert!(next.relations.iter().any(|it| it.kind == RelationKind::FollowUpOf && it.order == id));
        assert_eq!(next.steps[0].items[0].text, "Pressure is zero");
        let page = get(&t, &asker, &format!("/work-orders/{number}")).await;
        assert!(page.body.contains(&format!("Followed up by {}", tied.number)));
        assert!(!page.body.contains("without a follow-up order"));
        let taken = actions::answer::take_up(orders, &asker, &id, first, String::new()).await;
        assert!(taken.is_ok(), "one's own word is taken back");
    }
}

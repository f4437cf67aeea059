//! The order's page for whoever does the work: its next item, a finding in its row, the last thing done; the same on paper.

use tracewright::work_orders::actions::edit_plan::edit_plan;
use tracewright::work_orders::editing::{Changed, Edit};
use tracewright::work_orders::model::{AskKind, Asks};

use super::*;
use crate::harness::http::site;
use crate::harness::on_both;

/// The order in work, with its second item answered by a number from 0 to 5 °C.
async fn measured(t: &TestApp) -> (Work, String) {
    let work = work(t).await;
    let item = order(t, &work).await.steps[1].items[0].clone();
    let asks = Asks {
        kind: AskKind::Number,
        unit: "°C".to_owned(),
        least: "0".to_owned(),
        most: "5".to_owned(),
        ..Asks::default()
    };
    let now = Changed {
        text: item.text.clone(),
        kind: tracewright::work_orders::model::Kind::Item,
        language: String::new(),
        required: true,
        ordered: false,
        asks,
        demands: None,
        depth: 0,
    };
    let edit = Edit::Set { id: item.id.clone(), was: item.text, now };
    edit_plan(&t.services.orders, &work.owner, &work.id, vec![edit], "it is measured".to_owned())
        .await
        .unwrap();
    t.clock.advance(1_000_000);
    (work, item.id)
}

/// The bar at the bottom of a phone, with what follows it.
fn bar_of(page: &str) -> &str {
    page.split("id=\"bottom-bar\"").nth(1).unwrap_or_else(|| panic!("no bar: {page}"))
}

on_both! {
    async fn whoever_plans_is_led_to_the_plan_and_then_to_who_does_it(t: TestApp) {
        let owner = stage::owner(&t).await;
        let (s, boss) = (site(&t).await, browser(&t, "owner@example.com").await);
        let bare = boss.post(&s, "/work-orders/new", "title=Only+a+title").await;
        saw(&bare);
        let edit = header(&bare, "location").to_owned();
        let shown = boss.get(&s, edit.trim_end_matches("/edit")).await.body;
        assert!(bar_of(&shown).contains(&format!("class=\"button primary\" href=\"{edit}\"")), "{shown}");
        let id = stage::take(&t, &owner, stage::FILE).await;
        let page = format!("/work-orders/{}", stage::load(&t, &owner, &id).await.number);
        let draft = boss.get(&s, &page).await.body;
        assert!(bar_of(&draft).contains("Submit") && bar_of(&draft).contains(&format!("{page}/edit")), "{draft}");
        stage::approve(&t, &owner, &id).await;
        let approved = boss.get(&s, &page).await.body;
        assert!(bar_of(&approved).contains("class=\"button primary\" href=\"#plan\""), "{approved}");
    }

    async fn the_first_page_and_the_order_lead_to_the_next_item_until_nothing_is_open(t: TestApp) {
        let work = work(&t).await;
        let (s, dana) = (site(&t).await, browser(&t, "dana@example.com").await);
        let page = format!("/work-orders/{}", work.number);
        for (step, next) in order(&t, &work).await.steps.iter().zip([Some(1), None]) {
            let item = &step.items[0].id;
            let shown = dana.get(&s, &page).await.body;
            assert!(shown.contains(&format!("href=\"#item-{item}\" data-go-to")), "{shown}");
            assert!(shown.contains(&format!("step {} of 2", step.position)), "{shown}");
            assert!(dana.get(&s, "/").await.body.contains(&format!("{page}#item-{item}")));
            saw(&dana.post(&s, &format!("{page}/tick"), &format!("target=item:{item}")).await);
            let after = dana.get(&s, &page).await.body;
            assert!(after.contains(&format!("Undo the last: {}", step.items[0].text)), "{after}");
            assert_eq!(after.contains("data-go-to"), next.is_some());
        }
        let done = dana.get(&s, &page).await.body;
        let bar = done.split("id=\"bottom-bar\"").nth(1).unwrap();
        let (criterion, statement) = (bar.find("Go to: ").unwrap(), bar.find("/move/completed").unwrap());
        assert!(criterion < statement, "what is not marked as met comes before the statement: {bar}");
        let mark = order(&t, &work).await.criteria[0].id.clone();
        saw(&dana.post(&s, &format!("{page}/tick"), &format!("target=criterion:{mark}")).await);
        let done = dana.get(&s, &page).await.body;
        let bar = done.split("id=\"bottom-bar\"").nth(1).unwrap();
        assert!(bar.contains("/move/completed") && !bar.contains("Go to: "), "{bar}");
    }

    async fn the_bar_leads_to_the_follow_up_order_of_what_failed(t: TestApp) {
        let work = work(&t).await;
        let (s, dana) = (site(&t).await, browser(&t, "dana@example.com").await);
        let (page, steps) = (format!("/work-orders/{}", work.number), order(&t, &work).await.steps);
        saw(&dana.post(&s, &format!("{page}/tick"), &format!("target=item:{}", steps[0].items[0].id)).await);
        saw(&dana.post(&s, &format!("{page}/tick"), &format!("target=item:{}", steps[1].items[0].id)).await);
        let mark = format!("step={}&state=failed&reason=No+trace+came+at+all", steps[1].id);
        saw(&dana.post(&s, &format!("{page}/mark"), &mark).await);
        let shown = dana.get(&s, &page).await.body;
        let way = format!("class=\"button primary\" href=\"{page}/follow-up?about=step%3A{}\"", steps[1].id);
        assert!(bar_of(&shown).contains(&way) && bar_of(&shown).contains("Open the follow-up order"), "{shown}");
        let asked = dana.get(&s, &format!("{page}/follow-up?about=step:{}", steps[1].id)).await;
        assert!(asked.body.contains("No trace came at all"), "{}", asked.body);
    }

    async fn a_number_out_of_range_is_kept_and_its_row_says_how_far_and_what_to_do(t: TestApp) {
        let (work, item) = measured(&t).await;
        let (s, dana) = (site(&t).await, browser(&t, "dana@example.com").await);
        let page = format!("/work-orders/{}", work.number);
        // A device without a network knows the limits from the page.
        let asked = dana.get(&s, &page).await.body;
        for limit in ["data-low=\"0\"", "data-high=\"5\"", "data-unit=\"°C\""] {
            assert!(asked.contains(limit), "{limit}: {asked}");
        }
        let doubted = dana.post(&s, &format!("{page}/answer"), &format!("item={item}&answer=1%2C204")).await;
        assert!(!doubted.status.is_redirection(), "{}", doubted.body);
        assert!(doubted.body.contains("write 1204 or 1.2040"), "{}", doubted.body);
        saw(&dana.post(&s, &format!("{page}/answer"), &format!("item={item}&answer=6.8")).await);
        let shown = dana.get(&s, &page).await.body;
        for words in ["Out of range", "1.8 °C above the limit", "6.8 °C", "Follow-up order…", "say there what is wrong"] {
            assert!(shown.contains(words), "{words}: {shown}");
        }
        let note = dana.get(&s, &format!("{page}?note=item:{item}")).await.body;
        assert!(note.contains("name=\"title\" value=\"2.1 See both models\""), "{note}");
        // On paper an old value keeps its sign and its words.
        saw(&dana.post(&s, &format!("{page}/undo"), &format!("target=item:{item}&reason=digits+turned+round")).await);
        saw(&dana.post(&s, &format!("{page}/answer"), &format!("item={item}&answer=4.8")).await);
        let paper = dana.get(&s, &format!("{page}/print")).await.body;
        for words in ["◆ was <s>6.8 °C</s>", "digits turned round", "4.8 °C", "class=\"qr\"", "copy 1"] {
            assert!(paper.contains(words), "{words}: {paper}");
        }
    }

    async fn an_open_order_is_printed_with_blanks_and_a_done_one_without(t: TestApp) {
        let (work, item) = measured(&t).await;
        let (s, dana) = (site(&t).await, browser(&t, "dana@example.com").await);
        let page = format!("/work-orders/{}", work.number);
        let open = dana.get(&s, &format!("{page}/print")).await.body;
        assert!(open.contains("______________ 0 to 5 °C") && open.contains("Sign-off on paper"), "{open}");
        let first = order(&t, &work).await.steps[0].items[0].id.clone();
        saw(&dana.post(&s, &format!("{page}/tick"), &format!("target=item:{first}")).await);
        saw(&dana.post(&s, &format!("{page}/answer"), &format!("item={item}&answer=3")).await);
        stage::complete(&t, &work.dana, &work.id, tracewright::work_orders::model::Outcome::Partial).await.unwrap();
        let done = dana.get(&s, &format!("{page}/print")).await.body;
        assert!(!done.contains("______") && !done.contains("Sign-off on paper"), "{done}");
        assert!(done.contains("copy 2") && done.contains("Performed"), "{done}");
    }

    async fn what_was_done_stands_open_once_the_work_is_sent_back(t: TestApp) {
        let owner = stage::owner(&t).await;
        let dana = stage::hire(&t, &owner, "dana", &[Role::Technician]).await;
        let id = stage::take(&t, &owner, stage::FILE).await;
        stage::work(&t, &owner, &dana, &id).await;
        stage::go(&t, &owner, &id, Status::InProgress).await.unwrap();
        let order = stage::load(&t, &owner, &id).await;
        let (s, worker) = (site(&t).await, browser(&t, "dana@example.com").await);
        let shown = worker.get(&s, &format!("/work-orders/{}", order.number)).await.body;
        for step in &order.steps {
            assert!(shown.contains(&format!("id=\"step-{}\" open", step.id)), "{}: {shown}", step.title);
        }
    }

    async fn a_row_that_cannot_be_ticked_yet_says_why(t: TestApp) {
        let owner = stage::owner(&t).await;
        let dana = stage::hire(&t, &owner, "dana", &[Role::Technician]).await;
        let id = stage::take(&t, &owner, stage::FILE).await;
        stage::give(&t, &owner, &id, Some(&dana)).await;
        let page = format!("/work-orders/{}", stage::load(&t, &owner, &id).await.number);
        let (s, worker) = (site(&t).await, browser(&t, "dana@example.com").await);
        let draft = worker.get(&s, &page).await.body;
        assert!(draft.contains("data-why=\"This order is draft, so nothing can be ticked. Have it approved first.\""), "{draft}");
        stage::approve(&t, &owner, &id).await;
        let unread = worker.get(&s, &page).await.body;
        assert!(unread.contains("data-why=\"The safety notes (version 1) are not acknowledged by you."), "{unread}");
        stage::read_safety(&t, &dana, &id).await;
        assert!(!worker.get(&s, &page).await.body.contains("data-why=\"The safety"));
    }

    async fn where_only_a_tick_of_the_file_is_left_the_bar_leads_to_it_and_the_reason_names_it(t: TestApp) {
        let owner = stage::owner(&t).await;
        let dana = stage::hire(&t, &owner, "dana", &[Role::Technician]).await;
        let file = stage::FILE.replace("- [ ] See both models", "- [x] See both models");
        let id = stage::take(&t, &owner, &file).await;
        crate::harness::orders::walk(&t, &owner, &dana, &id, Status::InProgress).await;
        let order = stage::load(&t, &owner, &id).await;
        let (page, item) = (format!("/work-orders/{}", order.number), order.steps[1].items[0].id.clone());
        let (s, worker) = (site(&t).await, browser(&t, "dana@example.com").await);
        let before = worker.get(&s, &page).await.body;
        let first = &order.steps[0].items[0].id;
        assert!(bar_of(&before).contains(&format!("href=\"#item-{first}\" data-go-to")), "what is open comes first: {before}");
        stage::do_tick(&t, &dana, &id, "1.1").await;
        let left = worker.get(&s, &page).await.body;
        let bar = bar_of(&left);
        assert!(bar.contains(&format!("href=\"#item-{item}\" data-go-to")), "{bar}");
        assert!(bar.contains("Go to: See both models (attest)"), "{bar}");
        let why = stage::refusal(stage::complete(&t, &dana, &id, tracewright::work_orders::model::Outcome::Partial).await);
        assert!(why.contains("Only a file says that this is done: “See both models”. Confirm it or undo it."), "{why}");
        saw(&worker.post(&s, &format!("{page}/attest"), &format!("target=item:{item}")).await);
        let done = worker.get(&s, &page).await.body;
        assert!(bar_of(&done).contains("/move/completed"), "{done}");
    }
}

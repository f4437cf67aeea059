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

on_both! {
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
        let (criterion, statement) = (bar.find("Mark: ").unwrap(), bar.find("/move/completed").unwrap());
        assert!(criterion < statement, "what is not marked as met comes before the statement: {bar}");
        let mark = order(&t, &work).await.criteria[0].id.clone();
        saw(&dana.post(&s, &format!("{page}/tick"), &format!("target=criterion:{mark}")).await);
        let done = dana.get(&s, &page).await.body;
        let bar = done.split("id=\"bottom-bar\"").nth(1).unwrap();
        assert!(bar.contains("/move/completed") && !bar.contains("Mark: "), "{bar}");
    }

    async fn a_number_out_of_range_is_kept_and_its_row_says_how_far_and_what_to_do(t: TestApp) {
        let (work, item) = measured(&t).await;
        let (s, dana) = (site(&t).await, browser(&t, "dana@example.com").await);
        let page = format!("/work-orders/{}", work.number);
        saw(&dana.post(&s, &format!("{page}/answer"), &format!("item={item}&answer=6.8")).await);
        let shown = dana.get(&s, &page).await.body;
        for words in ["Out of range", "1.8 °C above the limit", "6.8 °C", "Follow-up order…"] {
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
}

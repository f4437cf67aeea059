//! An order split in two: what goes, what stays, and what both say of each other.

use actix_web::http::StatusCode;
use tracewright::foundation::Role;
use tracewright::work_orders::model::{RelationKind, Status};

use crate::harness::on_both;
use crate::harness::orders::walk;

use super::pages::{get, post};
use super::planning::{block, change, written};
use super::*;

on_both! {
    async fn chosen_steps_become_a_draft_of_their_own_and_both_say_where_the_other_part_is(t: TestApp) {
        let asker = owner(&t).await;
        let (number, id) = written(&t, &asker).await;
        let order = load(&t, &asker, &id).await;
        let (first, swap) = (order.steps[0].clone(), order.steps[1].clone());
        let item = block(&order.document, "Seal swapped").id.clone();
        let add = [("op", "add"), ("after", item.as_str()), ("kind", "code"), ("language", "sh"), ("text", "torque 12")];
        assert_eq!(change(&t, &asker, &number, &add).await.status, StatusCode::SEE_OTHER);
        let add = [("op", "add"), ("kind", "safety"), ("text", "Wear gloves")];
        assert_eq!(change(&t, &asker, &number, &add).await.status, StatusCode::SEE_OTHER);
        walk(&t, &asker, &asker, &id, Status::InProgress).await;
        actions::tick::tick(&t.services.orders, &asker, &id, Target::Item(first.items[0].id.clone())).await.unwrap();
        let address = format!("/work-orders/{number}/split");
        let page = get(&t, &asker, &address).await.body;
        assert!(page.contains("carries a record and stays") && page.contains("1 item<"), "{page}");
        let shown = get(&t, &asker, &format!("/work-orders/{number}")).await.body;
        assert!(shown.contains(&address), "the order leads there");
        // What is missing is said and what was typed is kept.
        let title = ("title", "Swap, second shift");
        let none = post(&t, &asker, &address, &[title, ("reason", "too much for one")]).await;
        assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(none.body.contains("Choose at least one step") && none.body.contains("second shift"), "{}", none.body);
        let bare = post(&t, &asker, &address, &[title, ("step", &swap.id)]).await;
        assert!(bare.status == StatusCode::UNPROCESSABLE_ENTITY && bare.body.contains("needs a reason"), "{}", bare.body);
        assert!(bare.body.contains(&format!("value=\"{}\" checked", swap.id)), "{}", bare.body);
        let kept = post(&t, &asker, &address, &[title, ("step", &first.id), ("reason", "too much for one")]).await;
        assert!(kept.status == StatusCode::CONFLICT && kept.body.contains("carries a record and stays here"), "{}", kept.body);
        let gone = post(&t, &asker, &address, &[title, ("step", &swap.id), ("reason", "too much for one")]).await;
        assert_eq!(gone.status, StatusCode::SEE_OTHER, "{}", gone.body);
        assert_eq!(gone.location, "/work-orders/WO-2026-002/edit", "no number is left out");
        let new = row(&t, &asker, "WO-2026-002").await.order_id;
        let (rest, new) = (load(&t, &asker, &id).await, load(&t, &asker, &new).await);
        assert_eq!(rest.steps.iter().map(|it| it.title.as_str()).collect::<Vec<_>>(), ["Isolate"]);
        assert!(rest.steps[0].items[0].ticks.is_ticked(), "what was done stays done");
        assert_eq!((new.status, new.title.as_str(), new.order_type.as_str()), (Status::Draft, title.1, "Repair"));
        assert_eq!(new.steps.iter().map(|it| it.title.as_str()).collect::<Vec<_>>(), ["Swap"]);
        let criteria = |order: &Order| order.criteria.iter().map(|it| it.text.clone()).collect::<Vec<_>>();
        assert_eq!((criteria(&rest), criteria(&new)), (vec!["No leak at 6 bar".to_owned()], vec!["No leak at 6 bar".to_owned()]));
        assert_ne!(rest.criteria[0].id, new.criteria[0].id, "each order has its own");
        assert!(new.is_author(asker.id()) && new.document.iter().any(|it| it.text == "torque 12"));
        assert_eq!(new.safety.notes[0].text, "Wear gloves");
        assert!(rest.document.iter().all(|it| it.text != "torque 12"));
        let tie = |order: &Order| (order.relations[0].kind, order.relations[0].number.to_string());
        assert_eq!(tie(&rest), (RelationKind::SplitTo, "WO-2026-002".to_owned()));
        assert_eq!(tie(&new), (RelationKind::SplitFrom, number.clone()));
        let shown = get(&t, &asker, &format!("/work-orders/{number}")).await.body;
        assert!(shown.contains("Split to") && shown.contains("moved to WO-2026-002: too much for one"), "{shown}");
        let texts = [(number.as_str(), "Close valve 7", "torque 12"), ("WO-2026-002", "torque 12", "Close valve 7")];
        for (number, has, lacks) in texts {
            let text = get(&t, &asker, &format!("/work-orders/{number}/markdown")).await.body;
            assert!(text.contains(has) && !text.contains(lacks), "{text}");
        }
        let other = RelationKind::SplitTo;
        let undone = actions::relate::unrelate(&t.services.orders, &asker, &id, other, new.id.clone()).await;
        assert!(undone.is_err(), "where the steps came from stays said");
        let viewer = super::other(&asker, "vic", &[Role::Technician]);
        assert_eq!(get(&t, &viewer, &address).await.status, StatusCode::NOT_FOUND);
    }
}

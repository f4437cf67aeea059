//! The list of notices where there are many: those of one order below its newest, page by page, all marked at the top.

use actix_web::http::StatusCode;
use diesel::prelude::*;
use tracewright::db::Tx;
use tracewright::db::schema::notice_mutes as mutes;
use tracewright::foundation::{Actor, Role};
use tracewright::notices::actions::mute_order;
use tracewright::work_orders::model::Status;

use super::{say, tell};
use crate::guards::stage::{FILE, hire, load, owner, take};
use crate::harness::http::{Client, site};
use crate::harness::orders::walk;
use crate::harness::{SECOND, on_both};
use crate::people::pages::cookie;

/// How many notices a page holds in its lines.
fn lines(page: &str) -> usize {
    page.matches("id=\"notice-").count()
}

on_both! {
    async fn many_notices_of_few_orders_are_a_short_list(t: TestApp) {
        let boss = owner(&t).await;
        let sam = hire(&t, &boss, "sam", &[Role::Supervisor]).await;
        let dana = hire(&t, &boss, "dana", &[Role::Technician]).await;
        let order = take(&t, &sam, FILE).await;
        walk(&t, &boss, &dana, &order, Status::InProgress).await;
        let other = take(&t, &sam, &FILE.replace("WO-2026-100", "WO-2026-101")).await;
        walk(&t, &boss, &dana, &other, Status::Approved).await;
        for word in 0..60 {
            t.clock.advance(SECOND);
            say(&t, &sam, &order, &format!("Word {word}")).await;
        }
        tell(&t).await;
        let number = load(&t, &boss, &order).await.number.to_string();
        let number_of_other = load(&t, &boss, &other).await.number.to_string();

        let site = site(&t).await;
        let danas = Client::browser(Some(&cookie(&t, "dana@example.com").await));
        let first = danas.get(&site, "/notices").await.body;
        assert_eq!(lines(&first), 50, "{first}");
        assert!(first.contains(&format!("49 earlier of {number}")) && first.contains("49 new"), "{first}");
        assert_eq!(first.matches("<details><summary>").count(), 1, "one order, once: {first}");
        assert!(first.find("Mark all read").unwrap() < first.find("id=\"notice-").unwrap(), "at the top");
        let next = first.split("href=\"").find(|link| link.contains("rel=\"next\"")).unwrap();
        let second = danas.get(&site, next.split('"').next().unwrap()).await.body;
        assert_eq!(lines(&second), 64 - 50, "each stands on one page: {second}");
        for words in [format!("11 earlier of {number}"), format!("1 earlier of {number_of_other}"), "Word 0".to_owned()] {
            assert!(second.contains(&words), "{words}: {second}");
        }

        let until = first.split("name=\"until\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        let read = danas.post(&site, "/notices/read", &format!("until={until}")).await;
        assert_eq!(read.status, StatusCode::SEE_OTHER, "{}", read.body);
        let after = danas.get(&site, "/notices").await.body;
        assert!(!after.contains("Mark all read") && !after.contains("49 new"), "{after}");
        assert_eq!(lines(&after), 50);
    }

    async fn what_went_to_others_takes_no_place_among_what_was_muted(t: TestApp) {
        let boss = owner(&t).await;
        let dana = hire(&t, &boss, "dana", &[Role::Technician]).await;
        let order = take(&t, &boss, FILE).await;
        walk(&t, &boss, &dana, &order, Status::InProgress).await;
        let other = take(&t, &boss, &FILE.replace("WO-2026-100", "WO-2026-101")).await;
        let (number, lost) = (load(&t, &boss, &order).await.number.to_string(), load(&t, &boss, &other).await.number.to_string());
        mute_order(&t.app, &dana, &number).await.unwrap();
        let (project, account, later) = (dana.project, dana.id().to_owned(), t.app.now().plus_micros(1));
        let write = move |tx: &mut Tx<'_>| {
            // Muted later: one that is not hers any more, and more than the page shows that are gone.
            for id in [other].into_iter().chain((0..60).map(|place| format!("gone-{place}"))) {
                let row = (mutes::project.eq(project), mutes::account_id.eq(&account), mutes::order_id.eq(id), mutes::muted_at.eq(later));
                diesel::insert_into(mutes::table).values(row).execute(tx.conn)?;
            }
            Ok(())
        };
        t.app.db.write(&Actor::system(), write).await.unwrap();
        let danas = Client::browser(Some(&cookie(&t, "dana@example.com").await));
        let page = danas.get(&site(&t).await, "/notices/settings").await.body;
        assert!(page.contains(&number) && !page.contains(&lost), "{page}");
    }
}

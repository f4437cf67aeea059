//! Parts that are planned and used, with what they cost.

use actix_web::http::StatusCode;
use tracewright::foundation::money::Currency;
use tracewright::order_settings::currency;

use super::*;
use crate::guards::stage::hire;
use crate::harness::http::site;
use crate::harness::on_both;

on_both! {
    async fn used_parts_are_summed_in_the_currency_of_the_project(t: TestApp) {
        let (work, s) = (work(&t).await, site(&t).await);
        currency::set(&t.app, &work.owner, Currency::parse("EUR").unwrap()).await.unwrap();
        let dana = browser(&t, "dana@example.com").await;
        let path = format!("/work-orders/{}/parts", work.number);
        saw(&dana.post(&s, &format!("{path}/use"), "name=Shaft+seal&quantity=2&unit=pcs&cost=4,25&source=Store+3").await);
        saw(&dana.post(&s, &format!("{path}/use"), "name=Grease&quantity=0.25&unit=kg&cost=12").await);
        let page = dana.get(&s, &format!("/work-orders/{}", work.number)).await.body;
        for words in ["2 pcs at 4.25 EUR = 8.50 EUR", "0.25 kg at 12.00 EUR = 3.00 EUR", "11.50 EUR", "Store 3"] {
            assert!(page.contains(words), "{words}: {page}");
        }
        let line = order(&t, &work).await.gathered.used[0].id.clone();
        saw(&dana.post(&s, &format!("{path}/correct"), &format!("line={line}&quantity=1&unit=pcs&cost=4.25&reason=one+was+put+back")).await);
        let after = order(&t, &work).await;
        assert_eq!(after.gathered.cost()[0].to_string(), "7.25 EUR");
        assert!(after.gathered.used[0].superseded_by.is_some() && after.gathered.has_actuals());
        // What was written down before keeps its currency.
        currency::set(&t.app, &work.owner, Currency::parse("CHF").unwrap()).await.unwrap();
        saw(&dana.post(&s, &format!("{path}/use"), "name=Bolt&quantity=1&cost=1").await);
        let sums: Vec<String> = order(&t, &work).await.gathered.cost().iter().map(ToString::to_string).collect();
        assert_eq!(sums, ["1.00 CHF", "7.25 EUR"]);
        for (form, words) in [
            ("name=x&quantity=", "say how many"),
            ("name=x&quantity=0", "how many were used"),
            ("name=x&quantity=-1", "expected a number"),
            ("name=x&quantity=1&cost=1e9", "expected an amount"),
            ("name=&quantity=1", "say what was used"),
            ("part=none&quantity=1", "plans no such part"),
        ] {
            let answer = dana.post(&s, &format!("{path}/use"), form).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}: {}", answer.body);
            assert!(answer.body.to_lowercase().contains(words), "{form}: {}", answer.body);
        }
    }

    async fn how_many_of_a_planned_part_are_wanted_stands_beside_what_was_used(t: TestApp) {
        let (work, s) = (work(&t).await, site(&t).await);
        let (owner, dana) = (browser(&t, "owner@example.com").await, browser(&t, "dana@example.com").await);
        let planned = order(&t, &work).await.parts;
        let Some(part) = planned.first() else { panic!("the order of the test plans a part") };
        let path = format!("/work-orders/{}/parts", work.number);
        let form = format!("part={}&quantity=3&unit=pcs", part.id);
        // The plan is approved: whoever plans otherwise says why.
        let bare = owner.post(&s, &format!("{path}/plan"), &form).await;
        assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
        let form = format!("{form}&reason=one+was+broken");
        saw(&owner.post(&s, &format!("{path}/plan"), &form).await);
        let refused = dana.post(&s, &format!("{path}/plan"), &form).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        saw(&dana.post(&s, &format!("{path}/use"), &format!("part={}&quantity=2&unit=pcs", part.id)).await);
        let page = dana.get(&s, &format!("/work-orders/{}", work.number)).await.body;
        assert!(page.contains("data-label=\"Planned\">3 pcs") && page.contains("data-label=\"Used\">2 pcs"), "{page}");
    }

    async fn an_admin_chooses_the_currency_on_a_page_of_its_own(t: TestApp) {
        let (work, s) = (work(&t).await, site(&t).await);
        let owner = browser(&t, "owner@example.com").await;
        assert!(owner.get(&s, "/work-orders/currency").await.body.contains("USD"));
        let odd = owner.post(&s, "/work-orders/currency", "currency=EURO").await;
        assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(odd.body.contains("value=\"EURO\"") && odd.body.contains("three letters"));
        saw(&owner.post(&s, "/work-orders/currency", "currency=nok").await);
        assert!(owner.get(&s, "/work-orders/currency").await.body.contains("NOK"));
        hire(&t, &work.owner, "sue", &[Role::Supervisor]).await;
        let sue = browser(&t, "sue@example.com").await;
        assert_eq!(sue.post(&s, "/work-orders/currency", "currency=EUR").await.status, StatusCode::FORBIDDEN);
    }
}

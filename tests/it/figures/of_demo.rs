//! The figures of the example's shop of three months: each against the same queries, and each leads to its very rows, page by page and
//! as a file.

use std::collections::BTreeMap;

use tracewright::demo;
use tracewright::figures::model::{Figure, Rows};
use tracewright::figures::reads::Narrowed;
use tracewright::figures::reads::listed::ListedRow;
use tracewright::foundation::ProjectKey;

use super::by_hand::compare;
use super::{page, seen};
use crate::harness::http::{Client, Site, site};
use crate::harness::on_both;
use crate::home::of_example;

const SHOP: ProjectKey = ProjectKey(1);
/// Pages of rows that are looked through at most.
const PAGES: usize = 20;

/// How often each of some texts occurs.
fn counted<T: Into<String>>(texts: impl Iterator<Item = T>) -> BTreeMap<String, usize> {
    let mut all = BTreeMap::new();
    for text in texts {
        *all.entry(text.into()).or_default() += 1;
    }
    all
}

/// An address as a page writes it.
fn address(text: &str) -> String {
    text.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&")
}

/// Where the rows of a page lead and those of every page after it.
async fn places(browser: &Client, site: &Site, first: &str) -> Vec<String> {
    let (mut next, mut all) = (Some(first.to_owned()), Vec::new());
    for _ in 0..PAGES {
        let Some(path) = next.take() else { return all };
        let shown = page(browser, site, &path).await;
        let rows = shown.split("<tr data-row>").skip(1);
        all.extend(rows.map(|row| address(row.split("class=\"title\" href=\"").nth(1).unwrap())));
        let pager = shown.split("<nav class=\"pager\"").nth(1).unwrap_or_default();
        next = pager.split("href=\"").skip(1).find(|link| link.contains("rel=\"next\"")).map(address);
    }
    assert!(next.is_none(), "{first} has more than {PAGES} pages");
    all
}

fn place_of(figure: Figure, row: &ListedRow) -> String {
    match figure.rows() {
        Rows::Orders => format!("/work-orders/{}", row.number),
        Rows::Claims => format!("/claims/{}", row.row_id),
    }
}

on_both! {
    async fn every_figure_of_the_example_is_what_a_query_of_ones_own_says_and_leads_to_its_rows(t: TestApp) {
        let people = Box::pin(demo::fill(&t.services)).await.unwrap();
        let all = compare(&t, SHOP, "", &Narrowed::default()).await;
        assert!(all.iter().all(|(_, counted, _)| *counted > 0), "the example has something to count of each: {all:?}");
        let repairs = Narrowed { order_type: Some("Corrective".to_owned()), ..Narrowed::default() };
        compare(&t, SHOP, " AND order_type = 'Corrective'", &repairs).await;
        let index = Narrowed { assets: Some(vec!["parts-idx-01".to_owned()]), ..Narrowed::default() };
        compare(&t, SHOP, " AND asset_key = 'parts-idx-01'", &index).await;

        let (s, browser) = (site(&t).await, of_example(&t, &people, "supervisor").await);
        let cards = page(&browser, &s, "/work-orders/figures").await;
        for figure in Figure::ALL {
            let rows = seen(&t, SHOP, figure, Narrowed::default()).await.rows;
            let card = cards.split(&format!("id=\"{}\"", figure.as_str())).nth(1).unwrap();
            let href = address(card.split("href=\"").nth(1).unwrap());
            let expected = counted(rows.iter().map(|row| place_of(figure, row)));
            let found = counted(places(&browser, &s, &href).await.into_iter());
            assert_eq!(found, expected, "{figure:?} leads to {href}");
            let hits = rows.iter().filter(|row| row.is_hit());
            let expected = counted(hits.map(|row| place_of(figure, row)));
            let above = format!("/work-orders/figures/{}?only=in", figure.as_str());
            let found = counted(places(&browser, &s, &above).await.into_iter());
            assert_eq!(found, expected, "{figure:?}: those above the line");
            let csv = page(&browser, &s, &format!("/work-orders/figures/{}.csv", figure.as_str())).await;
            let found = counted(csv.lines().skip(1).map(|line| line.split(',').next().unwrap()));
            assert_eq!(found, counted(rows.iter().map(|row| row.number.as_str())), "{figure:?}: {csv}");
        }
    }
}

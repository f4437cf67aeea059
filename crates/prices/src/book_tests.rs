//! Which price a call finds.

use super::*;
use crate::builtin_table;
use crate::model::{Price, Rate, Rates};

fn row(id: &str, is_own: bool, version: i64, price: Price) -> PriceRow {
    PriceRow { id: id.into(), is_own, version, price }
}

fn price(name: &str) -> Price {
    let rates = Rates { input: Rate::new(1), ..Rates::default() };
    Price { model: name.into(), names: vec![name.into()], rates, ..Price::default() }
}

fn found(book: &Book, model: &str, at: i64) -> String {
    book.find(model, None, Timestamp(at)).map(|row| row.id.clone()).unwrap_or_default()
}

fn builtin() -> Book {
    let prices = builtin_table().unwrap().prices;
    let rows = prices.into_iter().map(|price| row(&price.model.clone(), false, 1, price)).collect();
    Book::new(Arc::new(Index::new(rows)), Vec::new())
}

#[test]
fn the_built_in_table_knows_the_names_that_clients_send() {
    let book = builtin();
    let now = 1_795_251_600_000_000;
    for (sent, model) in [
        ("gpt-4o", "gpt-4o"),
        ("gpt-4o-2024-08-06", "gpt-4o"),
        ("openai/gpt-4o-mini-2024-07-18", "gpt-4o-mini"),
        ("azure/gpt-4.1", "gpt-4.1"),
        ("gpt-4o-2024-05-13", "gpt-4o-2024-05-13"),
        ("gpt-4-0613", "gpt-4"),
        ("gpt-4-1106-preview", "gpt-4-turbo"),
        ("gpt-35-turbo", "gpt-3.5-turbo"),
        ("gpt-5-mini-2025-08-07", "gpt-5-mini"),
        ("o3-mini", "o3-mini"),
        ("text-embedding-3-small", "text-embedding-3-small"),
        ("claude-3-5-sonnet-20241022", "claude-3-5-sonnet"),
        ("anthropic/claude-3.5-sonnet", "claude-3-5-sonnet"),
        ("claude-3-5-haiku-20241022", "claude-3-5-haiku-latest"),
        ("bedrock/us.anthropic.claude-3-7-sonnet-20250219-v1:0", "claude-3-7-sonnet-latest"),
        ("claude-sonnet-4-20250514", "claude-sonnet-4-0"),
        ("claude-opus-4-1-20250805", "claude-opus-4-1"),
        ("vertex_ai/claude-sonnet-4-5@20250929", "claude-sonnet-4-5"),
        ("claude-haiku-4-5-20251001", "claude-haiku-4-5"),
        ("gemini/gemini-2.5-pro", "gemini-2.5-pro"),
        ("models/gemini-1.5-flash-002", "gemini-1.5-flash"),
        ("gemini-2.5-pro-preview-05-06", "gemini-2.5-pro"),
        ("mistral/mistral-large-2411", "mistral-large"),
        ("deepseek/deepseek-chat", "deepseek-chat"),
        ("groq/llama-3.3-70b-versatile", "llama-3.3-70b-versatile"),
        ("command-r-plus", "command-r-plus"),
        ("us.amazon.nova-lite-v1:0", "amazon.nova-lite-v1:0"),
        ("ft:gpt-4o-2024-08-06:acme::abc", "ft:gpt-4o"),
        ("ft:gpt-4o-mini-2024-07-18:acme::abc", "ft:gpt-4o-mini"),
        ("my-own-model", ""),
        ("gpt-4o-turbo-ultra", ""),
        ("", ""),
    ] {
        assert_eq!(found(&book, sent, now), model, "{sent}");
    }
}

#[test]
fn o3_costs_what_it_cost_on_that_day() {
    let (book, day) = (builtin(), Timestamp::parse_rfc3339("2025-06-10T00:00:00Z").unwrap());
    let input = |at| book.find("o3", None, at).unwrap().price.rates.input.unwrap().to_string();
    assert_eq!((input(Timestamp(day.0 - 1)), input(day)), ("10.00".into(), "2.00".into()));
}

#[test]
fn own_prices_come_first_then_names_then_later_dates_and_tables() {
    let pattern = Price { pattern: Some("gpt-.*".into()), names: Vec::new(), ..price("any gpt") };
    let general = vec![
        row("pattern", false, 1, pattern.clone()),
        row("name", false, 1, price("gpt-x")),
        row("later", false, 2, Price { from: Some(Timestamp(100)), ..price("gpt-x") }),
        row("newer", false, 3, Price { from: Some(Timestamp(100)), ..price("gpt-x") }),
        row("azure", false, 1, Price { provider: Some("azure".into()), ..price("gpt-x") }),
    ];
    let own = vec![row("mine", true, 1, Price { from: Some(Timestamp(200)), ..price("gpt-x") })];
    let book = Book::new(Arc::new(Index::new(general)), own);
    for (model, at, id) in [
        ("gpt-x", 99, "name"),
        ("gpt-x", 100, "newer"),
        ("gpt-x", 199, "newer"),
        ("gpt-x", 200, "mine"),
        ("GPT-X", 200, "mine"),
        ("gpt-x-2026-01-01", 200, "newer"),
        ("gpt-y", 200, "pattern"),
        ("azure/gpt-x", 99, "azure"),
    ] {
        assert_eq!(found(&book, model, at), id, "{model} at {at}");
        assert_eq!(found(&book, model, at), id, "{model} at {at}, remembered");
    }
    let azure = book.find("gpt-x", Some("azure.ai.openai"), Timestamp(99)).unwrap();
    assert_eq!(azure.id, "azure");
    assert_eq!(book.row("name").unwrap().id, "name");
    assert!(book.row("nobody").is_none() && Book::default().find("gpt-x", None, Timestamp(0)).is_none());
}

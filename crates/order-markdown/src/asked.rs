//! What parts of a plan ask for, written out with it: one hidden comment at the end of the file, which no viewer shows.
//!
//! Its first line says what it is; then comes JSON, one line a part, by the references that people use: `1` is the first
//! step, `1.2` its second item, `C1` the first criterion. A file without such demands has no such comment. What cannot be
//! asked (a part that is not there, an answer below it) is left out when it is read; the comment itself stays as it is.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::demands::{Demands, EvidenceAsked, OnlyIf, faults};
use crate::model::{AskKind, Asks, Block, Kind};

const FIRST: &str = "<!-- What the parts of this work order ask for";
const LAST: &str = "-->";
/// What the order as a whole asks for stands under this word.
const ORDER: &str = "order";

/// What one part asks for, as it travels.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Said {
    #[serde(skip_serializing_if = "Option::is_none")]
    asks: Option<Asks>,
    #[serde(skip_serializing_if = "is_default")]
    ordered: bool,
    #[serde(skip_serializing_if = "is_default")]
    blocking: bool,
    #[serde(skip_serializing_if = "is_default")]
    least_seconds: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    only_if: Option<Waits>,
    #[serde(skip_serializing_if = "is_default")]
    evidence: EvidenceAsked,
    /// Of the order as a whole.
    #[serde(skip_serializing_if = "is_default")]
    isolation: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Waits {
    part: String,
    answer: String,
}

fn is_default<T: Default + PartialEq>(it: &T) -> bool {
    *it == T::default()
}

/// Whether a block's bytes are such a comment.
pub fn is_here(block: &Block) -> bool {
    block.kind == Kind::Hidden
        && block
            .source
            .as_deref()
            .is_some_and(|source| source.trim_start_matches('\u{feff}').starts_with(FIRST))
}

/// The comment for a document; none where nothing is asked for.
pub fn write(document: &[Block], isolation: bool) -> Option<String> {
    let places = places(document);
    let reference = |id: &str| places.iter().find(|(_, block)| block.id == id).map(|(name, _)| name.clone());
    let mut lines = Vec::new();
    if isolation {
        lines.push(format!("\"{ORDER}\": {{\"isolation\":true}}"));
    }
    for (name, block) in &places {
        let said = said_of(block, &reference);
        if said != Said::default() {
            // A `>` inside would end the comment.
            let json = serde_json::to_string(&said).unwrap_or_default().replace('>', "\\u003e");
            lines.push(format!("\"{name}\": {json}"));
        }
    }
    (!lines.is_empty()).then(|| format!("{FIRST}\n{{\n{}\n}}\n{LAST}", lines.join(",\n")))
}

fn said_of(block: &Block, reference: &dyn Fn(&str) -> Option<String>) -> Said {
    let Demands { blocking, least_seconds, only_if, evidence } = block.demands.clone();
    let only_if = only_if.and_then(|only| Some(Waits { part: reference(&only.item)?, answer: only.answer }));
    let asks = (block.asks != Asks::default()).then(|| block.asks.clone());
    Said { asks, ordered: block.ordered, blocking, least_seconds, only_if, evidence, isolation: false }
}

/// Puts what such a comment says at the blocks of its document. None where there is no comment; else whether it asks for
/// isolation.
pub fn take(document: &mut [Block]) -> Option<bool> {
    let source = document.iter().find(|block| is_here(block)).and_then(|block| block.source.clone())?;
    Some(put(&source, document))
}

/// Whether a comment of a document says what its blocks ask for now.
pub fn is_current(source: &str, document: &[Block], isolation: bool) -> bool {
    let bare = |block: &Block| Block {
        asks: Asks::default(),
        demands: Demands::default(),
        ordered: false,
        source: None,
        ..block.clone()
    };
    let mut told: Vec<Block> = document.iter().map(bare).collect();
    let asks_isolation = put(source, &mut told);
    let same =
        |(a, b): (&Block, &Block)| (&a.asks, &a.demands, a.ordered) == (&b.asks, &b.demands, b.ordered);
    asks_isolation == isolation && told.iter().zip(document).all(same)
}

fn put(source: &str, document: &mut [Block]) -> bool {
    let said = parse(source);
    let names: Vec<(String, String)> =
        places(document).into_iter().map(|(name, block)| (name, block.id.clone())).collect();
    let id_of = |name: &str| names.iter().find(|(known, _)| known == name).map(|(_, id)| id.clone());
    for (name, id) in &names {
        let Some(said) = said.get(name) else { continue };
        let Some(block) = document.iter_mut().find(|block| block.id == *id) else { continue };
        let only_if = said.only_if.as_ref();
        let demands = Demands {
            blocking: said.blocking,
            least_seconds: said.least_seconds,
            only_if: only_if
                .and_then(|it| Some(OnlyIf { item: id_of(&it.part)?, answer: it.answer.clone() })),
            evidence: said.evidence,
        };
        block.demands = demands.fitting(block.kind);
        block.ordered = said.ordered && block.kind == Kind::Step;
        let asks = said.asks.clone().filter(|asks| block.kind == Kind::Item && asks.fault().is_none());
        block.asks = asks.unwrap_or_default();
    }
    // Each that cannot be asked goes, and with it what waited for it, if need be.
    loop {
        let wrong: Vec<String> = faults(document).into_iter().map(|(id, _)| id).collect();
        if wrong.is_empty() {
            return said.get(ORDER).is_some_and(|order| order.isolation);
        }
        let wrong = document.iter_mut().filter(|block| wrong.contains(&block.id));
        wrong.for_each(|block| block.demands = Demands::default());
    }
}

fn parse(source: &str) -> BTreeMap<String, Said> {
    let body = source.trim_start_matches('\u{feff}').strip_prefix(FIRST).unwrap_or_default();
    let body = body.split(LAST).next().unwrap_or_default();
    serde_json::from_str(body).unwrap_or_default()
}

/// What two texts ask for differently, a sentence a part, by the references of each: `1.3 asked for a number, now …`.
pub fn changes(old: &str, new: &str) -> Vec<String> {
    let comment = |text: &str| text.find(FIRST).and_then(|at| text.get(at..)).map(parse).unwrap_or_default();
    let (old, new) = (comment(old), comment(new));
    let names: std::collections::BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let none = Said::default();
    let told = names.into_iter().filter_map(|name| {
        let (was, now) = (old.get(name).unwrap_or(&none), new.get(name).unwrap_or(&none));
        (was != now).then(|| format!("{name} asked for {}, now for {}", words(was), words(now)))
    });
    told.collect()
}

/// What a part asks for, as people say it.
fn words(said: &Said) -> String {
    let asks = said.asks.as_ref().map(asks_in_words);
    let mut all = vec![asks.unwrap_or_else(|| "nothing but to be done".to_owned())];
    if said.ordered {
        all.push("its turn".to_owned());
    }
    if said.blocking {
        all.push("being done before what follows".to_owned());
    }
    if said.least_seconds > 0 {
        all.push(format!("at least {} s", said.least_seconds));
    }
    if let Some(only) = &said.only_if {
        all.push(format!("the answer “{}” to {}", only.answer, only.part));
    }
    if said.evidence.traces > 0 {
        all.push(format!("traces: {}", said.evidence.traces));
    }
    if said.evidence.files > 0 {
        all.push(format!("photos or files: {}", said.evidence.files));
    }
    if said.evidence.attested {
        all.push("somebody else who vouches".to_owned());
    }
    if said.isolation {
        all.push("isolation".to_owned());
    }
    all.join(", ")
}

fn asks_in_words(asks: &Asks) -> String {
    match asks.kind {
        AskKind::Number => {
            let outside = if asks.outside_fails { "fails" } else { "flags" };
            let beyond = if asks.least.is_empty() && asks.most.is_empty() {
                String::new()
            } else {
                format!(" (one outside {outside} it)")
            };
            format!("a number {}", asks.limits()).trim_end().to_owned() + &beyond
        }
        AskKind::Choice => format!("one of {}", asks.options.join(" / ")),
        AskKind::Scan => format!("a scan of {}", asks.asset),
        other => other.as_str().replace('_', " "),
    }
}

/// Steps, items and criteria with the references that people use.
fn places(document: &[Block]) -> Vec<(String, &Block)> {
    let (mut step, mut item, mut criterion) = (0, 0, 0);
    let mut places = Vec::new();
    for block in document {
        let name = match block.kind {
            Kind::Step => {
                (step, item) = (step + 1, 0);
                step.to_string()
            }
            Kind::Item => {
                item += 1;
                format!("{step}.{item}")
            }
            Kind::Criterion => {
                criterion += 1;
                format!("C{criterion}")
            }
            _ => continue,
        };
        places.push((name, block));
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::any::ids;
    use crate::model::{Order, Plan};
    use crate::read::read;
    use crate::write::write as write_order;

    #[test]
    fn changed_demands_are_told_by_their_place() {
        let text = |most: &str| {
            let asks = r#"{"asks":{"kind":"number","unit":"%","least":"0","most":"MOST","outside_fails":true,"options":[]}}"#;
            format!("# A\n\n{FIRST}\n{{\n\"1.3\": {}\n}}\n{LAST}\n", asks.replace("MOST", most))
        };
        let told = changes(&text("3"), &text("2"));
        let words = "1.3 asked for a number 0 to 3 % (one outside fails it), now for a number 0 to 2 % (one outside fails it)";
        assert_eq!(told, [words]);
        assert!(changes(&text("3"), &text("3")).is_empty() && changes("# A\n", "# B\n").is_empty());
        assert_eq!(changes("# A\n", &text("2")).len(), 1);
    }

    fn taken(text: &str) -> Order {
        read(text).unwrap().into_order(&mut ids("x")).unwrap()
    }

    fn demanding() -> Order {
        let mut order =
            taken("# Round\n\n## Look\n- [ ] Is it warm?\n- [ ] Why?\n\n## Completion criteria\n- It hums\n");
        let mut plan = Plan::of(&order);
        let id = plan.steps[0].items[0].id.clone();
        for block in &mut plan.document {
            match block.text.as_str() {
                "Look" => (block.demands.blocking, block.demands.least_seconds) = (true, 90),
                "Is it warm?" => block.asks.kind = AskKind::YesNo,
                "Why?" => {
                    block.asks = Asks {
                        kind: AskKind::Choice,
                        options: vec!["a -->".into(), "b".into()],
                        ..Asks::default()
                    };
                    block.demands.only_if = Some(OnlyIf { item: id.clone(), answer: "yes".to_owned() });
                }
                "It hums" => block.demands.evidence = EvidenceAsked { traces: 2, files: 1, attested: true },
                _ => {}
            }
        }
        plan.isolation = true;
        plan.fill_ids(&mut ids("y"));
        plan.put_into(&mut order);
        order
    }

    fn demands(order: &Order) -> Vec<(String, bool, u32, Option<String>, EvidenceAsked)> {
        let of = |demands: &Demands| {
            let only = demands.only_if.as_ref().map(|only| order.only_if(only));
            (demands.blocking, demands.least_seconds, only, demands.evidence)
        };
        let parts =
            order.document.iter().map(|block| (block.asks.kind.as_str().to_owned(), of(&block.demands)));
        parts
            .map(|(kind, (blocking, least, only, evidence))| (kind, blocking, least, only, evidence))
            .collect()
    }

    #[test]
    fn what_is_asked_for_travels_in_one_comment_at_the_end_and_nowhere_else() {
        let plain = "# Round\n\n## Look\n- [ ] Is it warm?\n";
        assert_eq!(write_order(&taken(plain)), plain);
        let order = demanding();
        let text = write_order(&order);
        let (before, comment) = text.split_once(FIRST).unwrap();
        assert!(before.ends_with("- It hums\n\n") && !before.contains("yes"), "{before}");
        assert_eq!(comment.matches("-->").count(), 1, "{comment}");
        let again = taken(&text);
        assert_eq!(demands(&again)[..demands(&order).len()], demands(&order));
        assert_eq!(again.steps[0].items[1].asks.options[0], "a -->");
        assert!(again.steps[0].items[1].not_asked && again.isolation.required);
        assert_eq!(write_order(&again), text, "unchanged it comes out as it came in");
    }

    #[test]
    fn a_scan_travels_with_the_code_of_its_asset_and_one_without_a_code_becomes_a_tick() {
        let text = |asset: &str| {
            format!(
                "# Round\n\n## Look\n- [ ] At the pump\n\n{FIRST}\n{{\n\"1.1\": {{\"asks\":{{\"kind\":\"scan\"{asset}}}}}\n}}\n{LAST}\n"
            )
        };
        let mut order = taken(&text(",\"asset\":\"P-101\""));
        let asked = order.steps[0].items[0].asks.clone();
        assert_eq!((asked.kind, asked.asset.as_str()), (AskKind::Scan, "P-101"));
        assert_eq!(taken(&text("")).steps[0].items[0].asks, Asks::default());
        let mut plan = Plan::of(&order);
        plan.document
            .iter_mut()
            .filter(|it| it.kind == Kind::Item)
            .for_each(|it| it.asks.asset = "P-102".to_owned());
        plan.fill_ids(&mut ids("y"));
        plan.put_into(&mut order);
        assert_eq!(taken(&write_order(&order)).steps[0].items[0].asks.asset, "P-102");
    }

    #[test]
    fn a_changed_demand_is_written_anew_and_a_comment_that_says_nonsense_stays_as_it_is() {
        let mut again = taken(&write_order(&demanding()));
        let mut plan = Plan::of(&again);
        let block = plan.document.iter_mut().find(|block| block.text == "Look").unwrap();
        block.demands.least_seconds = 0;
        plan.put_into(&mut again);
        let text = write_order(&again);
        assert!(!text.contains("least_seconds") && text.matches(FIRST).count() == 1, "{text}");
        for said in [
            "{\"9\": {\"blocking\": true}}",
            "{\"1.1\": {\"only_if\": {\"part\": \"1.1\", \"answer\": \"yes\"}}}",
            "{]",
            "{}",
        ] {
            let odd = format!("# Round\n\n## Look\n- [ ] Is it warm?\n\n{FIRST}\n{said}\n{LAST}\n");
            let order = taken(&odd);
            assert!(order.document.iter().all(|block| block.demands.is_none()), "{said}");
            assert_eq!(write_order(&order), odd);
        }
    }
}

//! What cells say: yes and no, numbers, ways to answer, in the languages met most.

use order_markdown::model::{AskKind, Asks, Status};

use crate::words;

const YES: &[&str] = &[
    "x",
    "✓",
    "✔",
    "✅",
    "☑",
    "☒",
    "yes",
    "y",
    "true",
    "1",
    "done",
    "ok",
    "pass",
    "passed",
    "complete",
    "completed",
    "closed",
    "checked",
    "finished",
    "compliant",
    "resolved",
    "ja",
    "j",
    "erledigt",
    "fertig",
    "abgeschlossen",
    "oui",
    "fait",
    "terminé",
    "conforme",
    "sí",
    "si",
    "hecho",
    "completado",
    "terminado",
    "cumple",
    "sim",
    "feito",
    "concluído",
    "concluido",
    "sì",
    "fatto",
    "completato",
    "gedaan",
    "klaar",
    "gereed",
    "tak",
    "zrobione",
    "да",
    "готово",
    "выполнено",
    "是",
    "完成",
    "已完成",
    "完了",
    "済",
    "はい",
    "○",
    "예",
    "완료",
    "evet",
    "tamam",
    "tamamlandı",
    "klart",
    "valmis",
];
const NO: &[&str] = &[
    "no",
    "n",
    "false",
    "0",
    "optional",
    "nein",
    "non",
    "não",
    "nao",
    "nee",
    "nie",
    "нет",
    "否",
    "いいえ",
    "任意",
    "아니오",
    "hayır",
    "facultatif",
    "opcional",
    "facoltativo",
    "fakultativ",
    "可选",
    "선택",
];
const OPEN: &[&str] = &[
    "",
    "-",
    "–",
    "—",
    "[ ]",
    "[]",
    "☐",
    "□",
    "open",
    "todo",
    "to do",
    "pending",
    "not started",
    "no",
    "n",
    "false",
    "0",
    "offen",
    "à faire",
    "pendiente",
    "pendente",
    "da fare",
    "te doen",
    "do zrobienia",
    "открыто",
    "не начато",
    "未完成",
    "未開始",
    "未",
    "미완료",
    "nein",
    "non",
    "não",
    "нет",
    "否",
];

fn lower(value: &str) -> String {
    value.trim().trim_matches(['[', ']']).trim().to_lowercase()
}

/// Whether a cell says that something is done.
pub(crate) fn is_done(value: &str) -> bool {
    YES.contains(&lower(value).as_str()) || words::status(value).is_some_and(Status::is_done)
}

/// Whether a cell says no more than that something is still to do.
pub(crate) fn is_open(value: &str) -> bool {
    OPEN.contains(&lower(value).as_str()) || words::status(value) == Some(Status::Draft)
}

/// Whether a thing is required; a column that is called optional says the opposite.
pub(crate) fn is_required(column: &str, value: &str) -> bool {
    let says_no = NO.contains(&lower(value).as_str());
    if column.to_lowercase().contains("optional") {
        !is_done(value) || lower(value) == "optional" && !says_no
    } else {
        !says_no
    }
}

/// A number as limits are written, with a point.
fn number(value: &str) -> Option<String> {
    let plain = value.trim().replace(',', ".");
    let asks = Asks { kind: AskKind::Number, least: plain.clone(), ..Asks::default() };
    (!plain.is_empty() && asks.fault().is_none()).then_some(plain)
}

/// What an item asks for; what cannot be read of it is told.
pub(crate) fn asks(kind: &str, options: &str, [unit, least, most]: [&str; 3]) -> (Asks, Option<String>) {
    let mut faults = Vec::new();
    let mut limit = |name: &str, value: &str| {
        let read = number(value);
        if read.is_none() && !value.is_empty() {
            faults.push(format!("\"{value}\" is no number for the {name} limit"));
        }
        read.unwrap_or_default()
    };
    let (least, most) = (limit("lower", least), limit("upper", most));
    let (told, options) = match (kind_of(kind), parted(options)) {
        ((None | Some(AskKind::Choice), told), options) if options.len() > 1 && told.len() < 2 => {
            (Some(AskKind::Choice), options)
        }
        ((Some(AskKind::Choice), told), _) if told.len() < 2 => (Some(AskKind::Text), Vec::new()),
        (told, _) => told,
    };
    let is_measured = !unit.is_empty() || !least.is_empty() || !most.is_empty();
    let kind = told.unwrap_or(if is_measured { AskKind::Number } else { AskKind::Tick });
    let asks = if kind == AskKind::Number {
        Asks { kind, unit: unit.to_owned(), least, most, ..Asks::default() }
    } else {
        Asks { kind, options, ..Asks::default() }
    };
    if let Some(fault) = asks.fault() {
        return (Asks::default(), Some(format!("it asks for a tick: {fault}")));
    }
    (asks, (!faults.is_empty()).then(|| faults.join("; ")))
}

/// A way to answer by its word; words with slashes between them are a choice.
fn kind_of(value: &str) -> (Option<AskKind>, Vec<String>) {
    let word = value.trim().to_lowercase();
    let kind =
        match word.as_str() {
            "" => return (None, Vec::new()),
            "tick" | "check" | "checkbox" | "box" | "task" | "subtask" | "haken" | "case à cocher"
            | "casilla" => AskKind::Tick,
            "inspection" | "pass/fail" | "pass/flag/fail" | "passfail" | "pass fail" | "ok/nok"
            | "prüfung" => AskKind::Inspection,
            "yes/no" | "yesno" | "yes_no" | "boolean" | "bool" | "y/n" | "ja/nein" | "oui/non" | "sí/no"
            | "sim/não" => AskKind::YesNo,
            "number" | "numeric" | "meter" | "measurement" | "reading" | "value" | "integer" | "decimal"
            | "float" | "zahl" | "messwert" | "nombre" | "número" | "numero" | "getal" | "liczba"
            | "число" | "数字" | "数値" | "숫자" => AskKind::Number,
            "choice" | "select" | "option_select" | "single_answer" | "multiple_answer" | "dropdown"
            | "radio" | "multiple choice" | "auswahl" | "choix" => AskKind::Choice,
            "text" | "string" | "short_answer" | "long_answer" | "open_ended" | "comment" | "free text"
            | "freitext" | "texte" | "texto" | "testo" | "tekst" | "текст" | "文本" | "テキスト"
            | "텍스트" => AskKind::Text,
            _ => {
                let options = parted(value);
                return if options.len() > 1 { (Some(AskKind::Choice), options) } else { (None, Vec::new()) };
            }
        };
    (Some(kind), Vec::new())
}

/// Words with slashes, bars or semicolons between them; what each counts for in a score behind a colon is left.
fn parted(value: &str) -> Vec<String> {
    let word = |part: &str| match part.rsplit_once(':') {
        Some((word, score)) if score.trim().parse::<f64>().is_ok() || score.trim() == word.trim() => {
            word.trim().to_owned()
        }
        _ => part.trim().to_owned(),
    };
    value.split(['/', '|', ';']).map(word).filter(|it| !it.is_empty()).collect()
}

//! The words by which people name the parts of a checklist, in the languages met most.

use crate::model::Kind;

/// What a heading says that its list is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Its headings are steps.
    Steps,
    /// Its points are of this kind.
    Points(Kind),
    /// Fields of the head.
    Head,
    Log,
    Comments,
}

const STEPS: &[&str] = &[
    "steps",
    "tasks",
    "procedure",
    "instructions",
    "checklist",
    "schritte",
    "aufgaben",
    "ablauf",
    "vorgehen",
    "durchführung",
    "étapes",
    "tâches",
    "procédure",
    "pasos",
    "tareas",
    "procedimiento",
    "passos",
    "tarefas",
    "procedimento",
    "passaggi",
    "attività",
    "procedura",
    "stappen",
    "taken",
    "kroki",
    "zadania",
    "шаги",
    "задачи",
    "порядок действий",
    "手順",
    "步骤",
    "任务",
    "작업",
    "단계",
    "절차",
    "adımlar",
    "görevler",
    "steg",
    "uppgifter",
    "vaiheet",
];
const CRITERIA: &[&str] = &[
    "completion criteria",
    "acceptance criteria",
    "success criteria",
    "exit criteria",
    "done criteria",
    "criteria",
    "definition of done",
    "done when",
    "abnahmekriterien",
    "akzeptanzkriterien",
    "erfolgskriterien",
    "critères d'acceptation",
    "critères de réussite",
    "criterios de aceptación",
    "criterios de finalización",
    "critérios de aceitação",
    "critérios de conclusão",
    "criteri di accettazione",
    "acceptatiecriteria",
    "kryteria akceptacji",
    "критерии приёмки",
    "критерии приемки",
    "критерии завершения",
    "验收标准",
    "完成标准",
    "受け入れ基準",
    "完了条件",
    "완료 기준",
    "인수 조건",
    "kabul kriterleri",
];
const SAFETY: &[&str] = &[
    "safety",
    "safety notes",
    "safety precautions",
    "safety instructions",
    "safety first",
    "safety warnings",
    "hazards",
    "precautions",
    "sicherheit",
    "sicherheitshinweise",
    "sicherheitsvorkehrungen",
    "sécurité",
    "consignes de sécurité",
    "seguridad",
    "notas de seguridad",
    "medidas de seguridad",
    "segurança",
    "notas de segurança",
    "sicurezza",
    "veiligheid",
    "bezpieczeństwo",
    "безопасность",
    "меры безопасности",
    "安全",
    "安全注意事项",
    "安全上の注意",
    "안전",
    "안전 수칙",
    "güvenlik",
];
const GOALS: &[&str] = &[
    "goals",
    "goal",
    "objectives",
    "ziele",
    "objectifs",
    "objetivos",
    "obiettivi",
    "doelen",
    "cele",
    "цели",
    "目标",
    "目標",
    "목표",
    "hedefler",
];
const PARTS: &[&str] = &[
    "parts",
    "materials",
    "parts/materials required",
    "parts/materials",
    "parts and materials",
    "parts required",
    "materials required",
    "parts and materials required",
    "required materials",
    "tools and materials",
    "teile",
    "material",
    "materialien",
    "ersatzteile",
    "matériel",
    "pièces",
    "materiales",
    "repuestos",
    "materiais",
    "peças",
    "materiali",
    "ricambi",
    "onderdelen",
    "materialy",
    "części",
    "материалы",
    "запчасти",
    "材料",
    "部品",
    "자재",
    "부품",
    "malzemeler",
];
const HEAD: &[&str] = &["header", "details", "metadata", "kopfdaten", "en-tête", "encabezado", "cabeçalho"];
const LOG: &[&str] = &["work log", "log", "arbeitsprotokoll"];
const COMMENTS: &[&str] = &["comments"];
const STEP: &[&str] = &[
    "step",
    "schritt",
    "étape",
    "etape",
    "paso",
    "passo",
    "stap",
    "krok",
    "шаг",
    "adım",
    "steg",
    "vaihe",
    "ステップ",
    "步骤",
    "단계",
    "第",
];
const WARNINGS: &[&str] = &[
    "warning",
    "caution",
    "danger",
    "attention",
    "achtung",
    "warnung",
    "vorsicht",
    "gefahr",
    "avertissement",
    "attention",
    "advertencia",
    "precaución",
    "peligro",
    "aviso",
    "atenção",
    "perigo",
    "attenzione",
    "pericolo",
    "waarschuwing",
    "let op",
    "uwaga",
    "ostrzeżenie",
    "внимание",
    "предупреждение",
    "осторожно",
    "警告",
    "注意",
    "危险",
    "危険",
    "경고",
    "주의",
    "uyarı",
    "dikkat",
];

const OUTPUT: &[&str] = &[
    "output",
    "expected output",
    "example output",
    "sample output",
    "expected result",
    "expected response",
    "result",
    "response",
    "you should see",
    "you should see something like",
    "this prints",
    "ausgabe",
    "erwartete ausgabe",
    "ergebnis",
    "sortie",
    "sortie attendue",
    "résultat",
    "résultat attendu",
    "salida",
    "salida esperada",
    "resultado",
    "resultado esperado",
    "saída",
    "saída esperada",
    "output atteso",
    "risultato",
    "uitvoer",
    "verwachte uitvoer",
    "wynik",
    "oczekiwany wynik",
    "вывод",
    "ожидаемый вывод",
    "результат",
    "输出",
    "预期输出",
    "结果",
    "出力",
    "出力例",
    "実行結果",
    "期待される出力",
    "출력",
    "예상 출력",
    "결과",
    "çıktı",
    "beklenen çıktı",
    "utdata",
    "tuloste",
];

/// What a heading names, if it names a part of a checklist.
pub fn part_of(heading: &str) -> Option<Part> {
    let name = bare(heading);
    let is = |words: &[&str]| words.contains(&name.as_str());
    if is(STEPS) {
        Some(Part::Steps)
    } else if is(CRITERIA) {
        Some(Part::Points(Kind::Criterion))
    } else if is(SAFETY) {
        Some(Part::Points(Kind::Safety))
    } else if is(GOALS) {
        Some(Part::Points(Kind::Goal))
    } else if is(PARTS) {
        Some(Part::Points(Kind::Part))
    } else if is(HEAD) {
        Some(Part::Head)
    } else if is(LOG) {
        Some(Part::Log)
    } else {
        is(COMMENTS).then_some(Part::Comments)
    }
}

/// Words that mean the safety of people at work, and as often that of data, buildings or supply.
const MANIFOLD: &[&str] = &[
    "sicherheit",
    "sécurité",
    "seguridad",
    "segurança",
    "sicurezza",
    "veiligheid",
    "bezpieczeństwo",
    "безопасность",
    "安全",
    "안전",
    "güvenlik",
];

/// Whether a heading that names safety can only mean that of people at work.
pub fn is_of_work(heading: &str) -> bool {
    !MANIFOLD.contains(&bare(heading).as_str())
}

/// Lower case, without what people put around a heading: numbers, signs, stars, a colon, a word in brackets.
fn bare(heading: &str) -> String {
    let text = heading.split(['(', '（']).next().unwrap_or_default().to_lowercase();
    let is_word = |c: char| c.is_alphabetic();
    let from = text.find(is_word).unwrap_or(text.len());
    let to = text
        .rfind(is_word)
        .map_or(0, |at| at + text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8));
    text.get(from..to).unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The words behind `Step 3:`, where a heading begins so; none where it does not.
pub fn behind_step(heading: &str) -> Option<&str> {
    let trimmed = heading.trim_start_matches(|c: char| !c.is_alphanumeric());
    let lower = trimmed.to_lowercase();
    let word = STEP.iter().find(|word| lower.starts_with(**word))?;
    let rest = trimmed.get(word.len()..)?.trim_start_matches([' ', '#', '\u{a0}', '\t']);
    let digits = rest.chars().take_while(|c| c.is_ascii_digit() || *c == '.').count();
    if !rest.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let rest = rest
        .get(digits..)?
        .trim_start_matches(|c: char| c.is_whitespace() || ":.-–—)步步骤ステップ단계".contains(c));
    Some(rest.trim())
}

/// Whether a text begins by warning.
pub fn warns(text: &str) -> bool {
    let text = text.trim_start();
    if text.starts_with('⚠') || text.starts_with("☠") {
        return true;
    }
    let marked = text.starts_with("**") || text.starts_with("__");
    let lower = text.trim_start_matches(['*', '_', '!', ' ']).to_lowercase();
    WARNINGS.iter().any(|word| {
        let rest = lower.strip_prefix(word).map(str::trim_start);
        rest.is_some_and(|rest| {
            rest.starts_with([':', '!', '：', '！']) || (marked && rest.starts_with(['*', '_']))
        })
    })
}

/// Whether a line says that goals follow.
pub fn announces_goals(line: &str) -> bool {
    let line = line.trim().trim_matches(['*', '_', ' ']);
    line.strip_suffix([':', '：']).is_some_and(|name| GOALS.contains(&bare(name).as_str()))
}

/// Whether a line says that the code below it is what comes out of the code above it.
pub fn announces_output(line: &str) -> bool {
    let line = line.trim().trim_matches(['*', '_', ' ']);
    !line.contains('\n') && OUTPUT.contains(&bare(line).as_str())
}

/// A field of the head, by the label people give it.
pub fn field_of(label: &str) -> Option<&'static str> {
    let letters: String = label.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
    Some(match letters.as_str() {
        "wonumber" | "number" | "workorder" | "workordernumber" | "wo" | "auftragsnummer" | "workorderno" => {
            "number"
        }
        "title" | "titel" | "titre" | "título" | "titulo" | "titolo" | "tytuł" | "название" | "标题"
        | "タイトル" | "제목" | "başlık" => "title",
        "type" | "workordertype" | "wotype" | "typ" | "art" | "tipo" | "тип" | "类型" | "種類" | "유형"
        | "tür" => "type",
        "priority" | "prio" | "priorität" | "priorité" | "prioridad" | "prioridade" | "priorità"
        | "prioriteit" | "priorytet" | "приоритет" | "优先级" | "優先度" | "우선순위" | "öncelik"
        | "severity" => "priority",
        "status" | "state" | "zustand" | "statut" | "état" | "estado" | "stato" | "статус" | "状态"
        | "状態" | "ステータス" | "상태" | "durum" => "status",
        "created" | "createdat" | "createdon" | "datecreated" | "date" | "erstellt" | "datum" | "créé"
        | "fecha" | "data" | "дата" | "创建" | "作成日" | "작성일" | "tarih" => "created",
        "due" | "duedate" | "dueby" | "deadline" | "fällig" | "fälligam" | "échéance" | "vencimiento"
        | "prazo" | "scadenza" | "срок" | "截止日期" | "期限" | "마감일" => "due",
        "assignedto"
        | "assigned"
        | "assignee"
        | "owner"
        | "owners"
        | "responsible"
        | "zuständig"
        | "verantwortlich"
        | "responsable"
        | "responsável"
        | "responsabile"
        | "ответственный"
        | "исполнитель"
        | "负责人"
        | "担当者"
        | "担当"
        | "담당자"
        | "sorumlu" => "assignee",
        "asset"
        | "equipment"
        | "anlage"
        | "gerät"
        | "équipement"
        | "equipo"
        | "equipamento"
        | "оборудование"
        | "设备"
        | "設備"
        | "설비" => "asset",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_read_in_any_dress_and_several_languages() {
        for steps in [
            "Steps",
            "## Steps".trim_start_matches('#'),
            "3. Procedure:",
            "✅ Checklist",
            "Schritte",
            "手順",
            "Шаги",
        ] {
            assert_eq!(part_of(steps), Some(Part::Steps), "{steps}");
        }
        assert_eq!(part_of("Completion Criteria"), Some(Part::Points(Kind::Criterion)));
        assert_eq!(part_of("**Safety notes** (read first)"), Some(Part::Points(Kind::Safety)));
        assert_eq!(part_of("Parts/Materials Required"), Some(Part::Points(Kind::Part)));
        for none in ["Safety of the crew lounge", "Log in", "", "Stepping stones"] {
            assert_eq!(part_of(none), None, "{none}");
        }
    }

    #[test]
    fn a_step_heading_is_read_without_its_count() {
        for (heading, rest) in [
            ("Step 1: Isolate", Some("Isolate")),
            ("STEP 12 - Go", Some("Go")),
            ("🔧 Schritt 3 Öl", Some("Öl")),
            ("Step 2", Some("")),
            ("Stepwise", None),
            ("第1步 检查", Some("检查")),
        ] {
            assert_eq!(behind_step(heading), rest, "{heading}");
        }
    }

    #[test]
    fn words_before_an_output_are_known_in_any_dress() {
        for yes in [
            "Expected output:",
            "**Output**",
            "Output (shortened):",
            "_Erwartete Ausgabe:_",
            "Salida esperada:",
            "输出：",
            "実行結果",
        ] {
            assert!(announces_output(yes), "{yes}");
        }
        for no in ["The output is large", "Then run:", "", "Output:\nmore"] {
            assert!(!announces_output(no), "{no}");
        }
    }

    #[test]
    fn warnings_are_told_from_words_about_them() {
        for warning in ["**Warning:** hot", "⚠️ hot", "Achtung! heiß", "**Caution** wet", "注意：高温"]
        {
            assert!(warns(warning), "{warning}");
        }
        for none in ["Warnings are logged", "Attention to detail matters", "warning signs are yellow"] {
            assert!(!warns(none), "{none}");
        }
    }
}

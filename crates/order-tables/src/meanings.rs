//! What a column is for, told by its name.

use order_markdown::read::words::field_of;

/// What a table is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One order; a row is something to do.
    Checklist,
    /// A row is an order.
    Orders,
}

/// What a column is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    Step,
    Item,
    /// Whether it was done, says the file.
    Done,
    Required,
    /// How an item is answered.
    Asks,
    Unit,
    Least,
    Most,
    Expected,
    Notes,
    Title,
    Number,
    Status,
    Priority,
    Due,
    Asset,
    Kind,
    Assignee,
    Created,
    Description,
    /// Kept with its name.
    Field,
    /// Not taken.
    Nothing,
}

use Meaning::{
    Asks, Asset, Assignee, Created, Description, Done, Due, Expected, Field, Item, Kind, Least, Most, Notes, Nothing,
    Number, Priority, Required, Status, Step, Title, Unit,
};

impl Shape {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Checklist, Self::Orders];

    /// The word stored and posted.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Checklist => "checklist",
            Self::Orders => "orders",
        }
    }

    /// Reads the word back.
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == word)
    }

    /// The words shown to people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Checklist => "One checklist: a row is an item",
            Self::Orders => "A list of orders: a row is an order",
        }
    }

    /// What a column of such a table may be for.
    pub fn meanings(self) -> &'static [Meaning] {
        match self {
            Self::Checklist => {
                &[Item, Step, Done, Required, Asks, Unit, Least, Most, Expected, Assignee, Notes, Nothing]
            }
            Self::Orders => {
                &[Title, Number, Status, Priority, Due, Asset, Kind, Assignee, Created, Description, Field, Nothing]
            }
        }
    }
}

/// Every meaning with its word, what people are shown, and names of columns in letters and digits alone.
const TABLE: &[(Meaning, &str, &str, &[&str])] = &[
    (Item, "item", "Item", &[
        "item", "items", "task", "tasks", "taskname", "checkitem", "checklistitem", "check", "checks", "todo", "action",
        "actions", "activity", "question", "questions", "requirement", "requirements", "control", "description",
        "taskdescription", "itemdescription", "whattocheck", "checkpoint", "inspectionitem", "criteria", "test", "testcase",
        "instruction", "instructions", "content", "subject", "aufgabe", "aufgaben", "prüfpunkt", "tätigkeit",
        "beschreibung", "frage", "maßnahme", "tâche", "tâches", "point", "pointdecontrôle", "contrôle", "action",
        "élément", "tarea", "tareas", "elemento", "actividad", "descripción", "descripcion", "pregunta", "tarefa",
        "tarefas", "atividade", "descrição", "descricao", "pergunta", "attività", "descrizione", "domanda", "taak",
        "taken", "omschrijving", "vraag", "zadanie", "opis", "pytanie", "задача", "задание", "описание", "вопрос",
        "пункт", "任务", "项目", "检查项", "检查项目", "内容", "描述", "作業", "項目", "点検項目", "確認項目", "チェック項目",
        "タスク", "작업", "항목", "점검항목", "내용", "görev", "açıklama", "uppgift", "tehtävä",
    ]),
    (Step, "step", "Step", &[
        "step", "steps", "section", "sections", "phase", "stage", "category", "group", "area", "chapter", "domain", "topic",
        "list", "checklist", "heading", "schritt", "abschnitt", "bereich", "kategorie", "gruppe", "étape", "etape",
        "section", "catégorie", "categorie", "domaine", "paso", "sección", "seccion", "categoría", "categoria", "área",
        "etapa", "fase", "seção", "secao", "passo", "passaggio", "sezione", "stap", "sectie", "fase", "krok", "sekcja",
        "kategoria", "шаг", "раздел", "категория", "этап", "步骤", "类别", "分类", "章节", "阶段", "手順", "分類", "区分",
        "カテゴリ", "工程", "단계", "구분", "분류", "adım", "bölüm", "kategori", "steg", "vaihe",
    ]),
    (Done, "done", "Done, says the file", &[
        "done", "status", "state", "completed", "complete", "checked", "ok", "result", "passed", "passfail", "finished",
        "tick", "compliance", "compliant", "outcome", "yesno", "erledigt", "zustand", "ergebnis", "geprüft", "fertig",
        "statut", "état", "fait", "résultat", "conforme", "estado", "hecho", "completado", "resultado", "cumple", "feito",
        "concluído", "concluido", "situação", "situacao", "stato", "fatto", "completato", "esito", "gedaan", "klaar",
        "gereed", "resultaat", "zrobione", "wynik", "статус", "готово", "выполнено", "результат", "状态", "完成", "结果",
        "是否完成", "状態", "完了", "結果", "判定", "済", "상태", "완료", "결과", "여부", "durum", "tamamlandı", "klart",
        "valmis",
    ]),
    (Required, "required", "Required", &[
        "required", "mandatory", "optional", "isrequired", "must", "pflicht", "erforderlich", "obligatoire", "requis",
        "obligatorio", "requerido", "obrigatório", "obrigatorio", "obbligatorio", "richiesto", "verplicht", "wymagane",
        "обязательно", "必填", "必须", "必須", "필수", "zorunlu",
    ]),
    (Asks, "asks", "How it is answered", &[
        "type", "answertype", "inputtype", "fieldtype", "responsetype", "tasktype", "itemtype", "answer", "response", "typ",
        "art", "antwort", "tipo", "тип", "类型", "種類", "유형", "tür",
    ]),
    (Unit, "unit", "Unit", &[
        "unit", "units", "uom", "unitofmeasure", "einheit", "unité", "unite", "unidad", "unidade", "unità", "eenheid",
        "jednostka", "единица", "едизм", "单位", "単位", "단위", "birim", "enhet", "yksikkö",
    ]),
    (Least, "least", "Lowest that is all right", &[
        "min", "minimum", "lower", "lowerlimit", "low", "minvalue", "from", "untergrenze", "mindestwert", "mínimo", "minimo",
        "мин", "минимум", "最小", "最小值", "下限", "최소", "하한", "minimi",
    ]),
    (Most, "most", "Highest that is all right", &[
        "max", "maximum", "upper", "upperlimit", "high", "maxvalue", "to", "obergrenze", "höchstwert", "máximo", "massimo",
        "maximo", "макс", "максимум", "最大", "最大值", "上限", "최대", "상한", "maksimi",
    ]),
    (Expected, "expected", "Expected", &[
        "expected", "expectedresult", "expectedoutcome", "expectedvalue", "target", "acceptancecriteria", "standard",
        "passcriteria", "spec", "specification", "nominal", "erwartet", "sollwert", "soll", "attendu", "résultatattendu",
        "esperado", "resultadoesperado", "atteso", "verwacht", "oczekiwany", "ожидаемый", "ожидаемыйрезультат", "预期",
        "预期结果", "标准", "期待", "期待結果", "基準", "기대결과", "기준", "beklenen",
    ]),
    (Notes, "notes", "Note below it", &[
        "notes", "note", "comment", "comments", "remark", "remarks", "details", "evidence", "guidance", "reference", "hint",
        "bemerkung", "bemerkungen", "kommentar", "hinweis", "notiz", "remarque", "remarques", "commentaire",
        "commentaires", "observations", "nota", "notas", "comentario", "comentarios", "observaciones", "observación",
        "observações", "observacoes", "comentário", "comentários", "osservazioni", "commenti", "opmerking", "opmerkingen",
        "uwagi", "komentarz", "примечание", "примечания", "комментарий", "备注", "说明", "备考", "備考", "メモ", "コメント",
        "비고", "메모", "설명", "not", "notlar",
    ]),
    (Title, "title", "Title", &[
        "title", "worktitle", "workordertitle", "summary", "name", "subject", "workordername", "shortdescription", "titel",
        "bezeichnung", "titre", "intitulé", "título", "titulo", "asunto", "assunto", "nombre", "titolo", "oggetto",
        "onderwerp", "tytuł", "название", "заголовок", "тема", "标题", "名称", "件名", "タイトル", "제목", "başlık",
    ]),
    (Number, "number", "Number", &[
        "wonum", "wo", "wonumber", "woid", "workorder", "workorderid", "workordernumber", "workorderno", "workordernum",
        "orderid", "ordernumber", "ticket", "ticketid", "requestid", "id", "number", "no", "code", "customid", "auftrag",
        "auftragsnummer", "auftragsnr", "ordre", "bon", "numéro", "orden", "ordendetrabajo", "numero", "número", "ordem",
        "ordine", "werkorder", "zlecenie", "номер", "工单号", "工单编号", "编号", "番号", "作業番号", "번호", "작업번호",
    ]),
    (Status, "status", "Status, says the file", &[
        "status", "state", "wostatus", "workorderstatus", "currentstatus", "stage", "zustand", "statut", "état", "estado",
        "situação", "stato", "статус", "状态", "状態", "상태", "durum",
    ]),
    (Priority, "priority", "Priority", &[
        "priority", "prio", "wopriority", "urgency", "severity", "priorität", "dringlichkeit", "priorité", "urgence",
        "prioridad", "urgencia", "prioridade", "priorità", "prioriteit", "priorytet", "приоритет", "优先级", "優先度",
        "우선순위", "öncelik",
    ]),
    (Due, "due", "Due", &[
        "due", "duedate", "dueon", "dueby", "deadline", "targetdate", "targetcompletiondate", "targcompdate", "schedfinish",
        "scheduledfinish", "estimatedduedate", "plannedend", "fällig", "fälligam", "fälligkeit", "termin", "frist",
        "échéance", "dateéchéance", "datedéchéance", "dateprévue", "vencimiento", "fechalímite", "fechadevencimiento",
        "prazo", "vencimento", "datadevencimento", "scadenza", "vervaldatum", "termin", "срок", "截止日期", "到期日",
        "期限", "期日", "마감일", "기한", "sontarih",
    ]),
    (Asset, "asset", "Asset", &[
        "asset", "assets", "assetname", "assetnum", "assetnumber", "assetid", "equipment", "equipmentname", "machine",
        "device", "anlage", "gerät", "maschine", "équipement", "machine", "actif", "activo", "equipo", "máquina",
        "equipamento", "ativo", "attrezzatura", "macchina", "asset", "apparaat", "urządzenie", "оборудование", "актив",
        "设备", "资产", "設備", "機器", "資産", "설비", "장비", "자산", "ekipman",
    ]),
    (Kind, "kind", "Type of order", &[
        "type", "worktype", "wotype", "workordertype", "category", "maintenancetype", "tasktype", "auftragsart", "typ",
        "art", "kategorie", "typedetravail", "catégorie", "tipo", "categoría", "categoria", "тип", "类型", "种类",
        "種類", "種別", "유형", "tür",
    ]),
    (Assignee, "assignee", "Assigned to, says the file", &[
        "assignee", "assignees", "assignedto", "assigned", "primaryuser", "owner", "responsible", "responsibleperson",
        "technician", "lead", "who", "person", "pic", "supervisor", "leadcraft", "zuständig", "verantwortlich",
        "bearbeiter", "responsable", "attribuéà", "assignéà", "asignado", "asignadoa", "encargado", "responsável",
        "responsavel", "atribuído", "responsabile", "assegnatoa", "verantwoordelijke", "toegewezen", "odpowiedzialny",
        "ответственный", "исполнитель", "负责人", "责任人", "担当", "担当者", "責任者", "담당자", "담당", "sorumlu",
    ]),
    (Created, "created", "Created, says the file", &[
        "created", "createdat", "createdon", "datecreated", "createdate", "creationdate", "reportdate", "reporteddate",
        "statusdate", "opened", "openedat", "requestedon", "date", "erstellt", "erstelltam", "angelegt", "créé",
        "datedecréation", "creado", "fechadecreación", "fecha", "criado", "datadecriação", "data", "creato", "aangemaakt",
        "utworzono", "создан", "создано", "дата", "创建时间", "创建日期", "作成日", "登録日", "생성일", "등록일", "tarih",
    ]),
    (Description, "description", "Description", &[
        "description", "details", "detail", "longdescription", "descriptionlongdescription", "notes", "instructions",
        "problem", "workdescription", "workinstructions", "beschreibung", "details", "descripción", "descripcion",
        "descrição", "descricao", "descrizione", "omschrijving", "opis", "описание", "描述", "说明", "内容", "説明", "詳細",
        "설명", "açıklama",
    ]),
    (Field, "field", "Field, kept with its name", &[]),
    (Nothing, "nothing", "Not taken", &[]),
];

impl Meaning {
    fn row(self) -> Option<&'static (Meaning, &'static str, &'static str, &'static [&'static str])> {
        TABLE.iter().find(|(meaning, ..)| *meaning == self)
    }

    /// The word stored and posted.
    pub fn as_str(self) -> &'static str {
        self.row().map_or("", |(_, word, ..)| word)
    }

    /// Reads the word back.
    pub fn read(word: &str) -> Option<Self> {
        TABLE.iter().find(|(_, it, ..)| *it == word).map(|(meaning, ..)| *meaning)
    }

    /// The words shown to people.
    pub fn label(self) -> &'static str {
        self.row().map_or("", |(_, _, label, _)| label)
    }

    fn is_named(self, name: &str) -> bool {
        self.row().is_some_and(|(.., names)| names.contains(&name))
    }
}

/// A name in letters and digits alone.
fn bare(name: &str) -> String {
    let name = name.split(['(', '（', '[']).next().unwrap_or_default();
    name.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Whether any column is called so.
pub(crate) fn is_known(name: &str) -> bool {
    let name = bare(name);
    TABLE.iter().any(|(_, _, _, names)| names.contains(&name.as_str()))
}

/// What a table with these columns is. A list of orders has a title and says of each at least two of state, priority, day and
/// asset; or it has a column that is named for the numbers of work orders.
pub(crate) fn shape_of(header: &[String]) -> Shape {
    let names: Vec<String> = header.iter().map(|name| bare(name)).collect();
    let has = |meaning: Meaning| names.iter().any(|name| meaning.is_named(name));
    let said = [Status, Priority, Due, Asset, Created].into_iter().filter(|meaning| has(*meaning)).count();
    let is_numbered = names.iter().any(|name| {
        field_of(name) == Some("number") && name != "number" || ["wonum", "woid", "workorderid", "工单号", "工单编号"].contains(&name.as_str())
    });
    let has_title = names.iter().any(|name| Title.is_named(name) && name != "name" && name != "subject");
    let is_list = (has_title && said >= 2) || (is_numbered && (has(Title) || has(Description)) && said >= 1);
    if is_list { Shape::Orders } else { Shape::Checklist }
}

/// What each column is for; a meaning is given once, but for notes and fields.
pub(crate) fn of(header: &[String], shape: Shape) -> Vec<Meaning> {
    let names: Vec<String> = header.iter().map(|name| bare(name)).collect();
    let mut given: Vec<Option<Meaning>> = vec![None; names.len()];
    for meaning in order_of(shape).iter().copied() {
        // The name that comes first in the table of names is the best one.
        let rank = |name: &String| meaning.row().and_then(|(.., known)| known.iter().position(|it| it == name));
        let free = names.iter().enumerate().filter(|(at, _)| given.get(*at) == Some(&None));
        let best = free.filter_map(|(at, name)| Some((rank(name)?, at))).min();
        if let Some(place) = best.and_then(|(_, at)| given.get_mut(at)) {
            *place = Some(meaning);
        }
    }
    if shape == Shape::Checklist && !given.contains(&Some(Item)) {
        replace_first(&mut given, &names);
    }
    if shape == Shape::Orders && !given.contains(&Some(Title)) {
        let described = given.iter().position(|it| *it == Some(Description));
        if let Some(place) = described.and_then(|at| given.get_mut(at)) {
            *place = Some(Title);
        }
    }
    let rest = if shape == Shape::Checklist { Notes } else { Field };
    let counts = |name: &str| ["", "no", "nr", "id", "number", "num", "sn", "序号", "番号", "번호", "номер", "numéro", "número", "numero"].contains(&name);
    let named = given.into_iter().zip(&names);
    named.map(|(meaning, name)| meaning.unwrap_or(if shape == Shape::Checklist && counts(name) { Nothing } else { rest })).collect()
}

/// Which meaning takes a name first where several know it.
fn order_of(shape: Shape) -> &'static [Meaning] {
    match shape {
        Shape::Checklist => &[Item, Step, Done, Required, Unit, Least, Most, Expected, Asks, Assignee],
        Shape::Orders => &[Title, Number, Status, Priority, Due, Asset, Kind, Assignee, Created, Description],
    }
}

/// A checklist without a column for its items: a title or a name will be it, else the first column.
fn replace_first(given: &mut [Option<Meaning>], names: &[String]) {
    let titled = names.iter().position(|name| Title.is_named(name));
    let first = given.iter().position(Option::is_none);
    if let Some(place) = titled.or(first).or(Some(0)).and_then(|at| given.get_mut(at)) {
        *place = Some(Item);
    }
}

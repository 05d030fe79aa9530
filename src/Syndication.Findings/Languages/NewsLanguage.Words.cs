using System.Buffers;
using System.Collections.Frozen;
using Syndication.Findings.Texts;

namespace Syndication.Findings.Languages;

/// <summary>The words themselves.</summary>
internal sealed partial class NewsLanguage
{
    private static readonly Dictionary<string, string[]> MonthNames = new()
    {
        ["fr"] = ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"],
        ["en"] = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December", "Jan.", "Feb.", "Aug.", "Sept.", "Oct.", "Nov.", "Dec."],
        ["de"] = ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"],
        ["es"] = ["enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"],
        ["it"] = ["gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre"],
        ["pt"] = ["janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro", "dezembro"],
        ["nl"] = ["januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"],
    };

    private static readonly Dictionary<string, string[]> DayWords = new()
    {
        ["fr"] = ["demain", "hier", "aujourd'hui", "aujourd’hui", "ce matin", "ce soir", "cette nuit", "cet après-midi", "la semaine prochaine", "la semaine dernière", "le mois dernier", "le mois prochain", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"],
        ["en"] = ["tomorrow", "yesterday", "today", "tonight", "this morning", "this evening", "next week", "last week", "last month", "next month", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
        ["de"] = ["heute", "gestern", "vorgestern", "übermorgen", "nächste Woche", "letzte Woche", "vergangene Woche", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonnabend", "Sonntag"],
        ["es"] = ["mañana", "ayer", "anteayer", "hoy", "anoche", "la próxima semana", "la semana pasada", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"],
        ["it"] = ["domani", "ieri", "oggi", "dopodomani", "stamattina", "stasera", "la prossima settimana", "la settimana scorsa", "lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"],
        ["pt"] = ["amanhã", "ontem", "hoje", "anteontem", "na próxima semana", "na semana passada", "segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado", "domingo"],
        ["nl"] = ["morgen", "gisteren", "vandaag", "eergisteren", "overmorgen", "vanavond", "volgende week", "vorige week", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"],
    };

    private static readonly NewsLanguage Unknown = new("") { UsualQuotes = QuoteStyle.Curly };

    private static readonly NewsLanguage[] All =
    [
        new("fr")
        {
            UsualQuotes = QuoteStyle.Guillemets,
            Repeatable = ["nous", "vous", "en", "si", "non", "oui", "très", "bla", "ha", "ah", "oh", "toc", "trop", "beaucoup", "vite", "presque"],
            NeverLast = ["le", "la", "les", "l", "un", "une", "des", "du", "de", "d", "et", "ou", "mais", "dans", "sur", "avec", "sans", "par", "pour", "qui", "que", "qu", "dont", "au", "aux", "à", "chez", "vers", "sous", "ce", "cette", "ces", "son", "sa", "ses", "leur", "leurs", "très", "est"],
            Months = Any(MonthNames["fr"]),
            RelativeDays = Any(DayWords["fr"]),
        },
        new("en")
        {
            QuotesWithSingleMarks = true,
            UsualQuotes = QuoteStyle.Curly,
            DayFollowsMonth = true,
            Repeatable = ["that", "had", "very", "no", "so", "bye", "ha", "knock", "blah", "is", "her", "many", "do", "more", "far"],
            NeverLast = ["the", "a", "an", "and", "or", "but", "of", "to", "with", "from", "at", "by", "for", "as", "than", "its", "their", "his", "my", "your", "into", "is", "are", "was", "were", "has", "have", "that", "which", "who"],
            Months = Any(MonthNames["en"]),
            RelativeDays = Any(DayWords["en"]),
        },
        new("de")
        {
            QuotesWithSingleMarks = true,
            UsualQuotes = QuoteStyle.LowHigh,
            Repeatable = ["die", "der", "das", "den", "dem", "sie", "sich", "ja", "nein", "sehr", "war", "ihr", "bla", "was"],
            NeverLast = ["der", "die", "das", "den", "dem", "des", "ein", "eine", "einen", "einem", "einer", "und", "oder", "aber", "von", "für", "bei", "im", "am", "vom", "zum", "zur", "als", "dass", "ist", "sind"],
            Months = Any(MonthNames["de"]),
            RelativeDays = Any(DayWords["de"]),
        },
        new("es")
        {
            UsualQuotes = QuoteStyle.Guillemets,
            Repeatable = ["no", "sí", "muy", "casi", "luego", "bla", "poco"],
            NeverLast = ["el", "la", "los", "las", "un", "una", "y", "e", "o", "u", "pero", "de", "del", "en", "con", "por", "para", "que", "su", "sus", "al", "a", "se", "es"],
            Months = Any(MonthNames["es"]),
            RelativeDays = Any(DayWords["es"]),
        },
        new("it")
        {
            UsualQuotes = QuoteStyle.Guillemets,
            Repeatable = ["via", "piano", "man", "quasi", "no", "sì", "così", "bla", "ben", "poco", "passo", "appena"],
            NeverLast = ["il", "lo", "la", "i", "gli", "le", "un", "uno", "una", "e", "o", "ma", "di", "del", "della", "dei", "delle", "in", "nel", "nella", "con", "per", "che", "al", "alla", "da", "dal", "dalla", "è"],
            Months = Any(MonthNames["it"]),
            RelativeDays = Any(DayWords["it"]),
        },
        new("pt")
        {
            UsualQuotes = QuoteStyle.Curly,
            Repeatable = ["não", "sim", "muito", "quase", "logo", "bla", "pouco"],
            NeverLast = ["o", "a", "os", "as", "um", "uma", "e", "ou", "mas", "de", "do", "da", "dos", "das", "em", "no", "na", "nos", "nas", "com", "por", "para", "que", "ao", "à", "seu", "sua", "é"],
            Months = Any(MonthNames["pt"]),
            RelativeDays = Any(DayWords["pt"]),
        },
        new("nl")
        {
            QuotesWithSingleMarks = true,
            UsualQuotes = QuoteStyle.Curly,
            Repeatable = ["dat", "die", "is", "nee", "ja", "heel", "zo", "had", "bla"],
            NeverLast = ["de", "het", "een", "en", "of", "maar", "van", "voor", "met", "bij", "naar", "te", "als", "dat", "die", "zijn", "is"],
            Months = Any(MonthNames["nl"]),
            RelativeDays = Any(DayWords["nl"]),
        },
    ];

    /// <summary>The months of all languages, in any letter case.</summary>
    public static FrozenSet<string> AllMonths { get; } = MonthNames.SelectMany(names => names.Value).Select(name => name.TrimEnd('.')).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static SearchValues<string> Any(string[] words) => SearchValues.Create(words, StringComparison.OrdinalIgnoreCase);
}

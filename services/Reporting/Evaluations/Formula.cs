using System.Globalization;

namespace Qudao.Reporting.Evaluations;

/// <summary>Why a formula cannot be used, and at which character.</summary>
public sealed class FormulaException(int at, string zh, string en) : Exception(en)
{
    public int At { get; } = at;

    public string Zh { get; } = zh;
}

/// <summary>
/// A formula over named figures: numbers, names, + - * / ( ) min max, and nothing else. It is read once into a tree that only
/// counts; there is no way from it to anything but the figures. What is divided by zero is 0, and so is what no number can hold.
/// </summary>
public sealed class Formula
{
    public const int MostLength = 500;

    // Brackets, signs and functions within each other; far below what a stack holds.
    private const int MostDepth = 50;

    private readonly Func<IReadOnlyDictionary<string, double>, double> value;

    private Formula(Func<IReadOnlyDictionary<string, double>, double> value) => this.value = value;

    /// <exception cref="FormulaException">It is no formula, or names a figure that is not known.</exception>
    public static Formula Parse(string text, IReadOnlySet<string> known)
    {
        if (text.Length > MostLength)
            throw new FormulaException(MostLength, $"最多 {MostLength} 个字符", $"must have at most {MostLength} characters");
        return new Formula(new Reader(text, known).Whole());
    }

    /// <summary>Its value; a figure that is not given counts as 0.</summary>
    public double Value(IReadOnlyDictionary<string, double> figures) => Finite(value(figures));

    private static double Finite(double number) => double.IsFinite(number) ? number : 0;

    private sealed class Reader(string text, IReadOnlySet<string> known)
    {
        private int at;
        private int depth;

        public Func<IReadOnlyDictionary<string, double>, double> Whole()
        {
            var sum = Sum();
            Peek();
            return at == text.Length ? sum : throw Unexpected();
        }

        private Func<IReadOnlyDictionary<string, double>, double> Sum()
        {
            var left = Product();
            while (Peek() is '+' or '-')
            {
                var (a, minus) = (left, text[at++] == '-');
                var b = Product();
                left = minus ? figures => a(figures) - b(figures) : figures => a(figures) + b(figures);
            }
            return left;
        }

        private Func<IReadOnlyDictionary<string, double>, double> Product()
        {
            var left = Signed();
            while (Peek() is '*' or '/')
            {
                var (a, over) = (left, text[at++] == '/');
                var b = Signed();
                left = over ? figures => b(figures) is var by && by == 0 ? 0 : Finite(a(figures) / by) : figures => Finite(a(figures) * b(figures));
            }
            return left;
        }

        private Func<IReadOnlyDictionary<string, double>, double> Signed()
        {
            if (++depth > MostDepth)
                throw new FormulaException(at, "括号嵌套过深", "brackets are nested too deeply");
            Func<IReadOnlyDictionary<string, double>, double> inner;
            if (Peek() == '-')
            {
                at++;
                var positive = Signed();
                inner = figures => -positive(figures);
            }
            else
            {
                inner = Single();
            }
            depth--;
            return inner;
        }

        private Func<IReadOnlyDictionary<string, double>, double> Single()
        {
            var next = Peek();
            if (next == '(')
            {
                at++;
                var inner = Sum();
                Take(')');
                return inner;
            }
            if (char.IsAsciiDigit(next))
                return Number();
            return char.IsAsciiLetterLower(next) ? Named() : throw Unexpected();
        }

        private Func<IReadOnlyDictionary<string, double>, double> Number()
        {
            var from = at;
            while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '.'))
                at++;
            return double.TryParse(text.AsSpan(from, at - from), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
                ? _ => number : throw new FormulaException(from, "数字格式不对", "is no number");
        }

        private Func<IReadOnlyDictionary<string, double>, double> Named()
        {
            var from = at;
            while (at < text.Length && (char.IsAsciiLetterLower(text[at]) || char.IsAsciiDigit(text[at]) || text[at] == '_'))
                at++;
            var name = text[from..at];
            if (name is "min" or "max" && Peek() == '(')
                return Chosen(least: name == "min");
            return known.Contains(name) ? figures => figures.GetValueOrDefault(name)
                : throw new FormulaException(from, $"没有指标 {name}", $"there is no figure {name}");
        }

        private Func<IReadOnlyDictionary<string, double>, double> Chosen(bool least)
        {
            Take('(');
            var of = new List<Func<IReadOnlyDictionary<string, double>, double>> { Sum() };
            while (Peek() == ',')
            {
                at++;
                of.Add(Sum());
            }
            Take(')');
            return least ? figures => of.Min(one => one(figures)) : figures => of.Max(one => one(figures));
        }

        private char Peek()
        {
            while (at < text.Length && text[at] == ' ')
                at++;
            return at < text.Length ? text[at] : '\0';
        }

        private void Take(char expected)
        {
            if (Peek() != expected)
                throw Unexpected();
            at++;
        }

        private FormulaException Unexpected() => at < text.Length
            ? new FormulaException(at, $"第 {at + 1} 个字符“{text[at]}”不对", $"character {at + 1}, \"{text[at]}\", is not expected")
            : new FormulaException(at, "公式不完整", "ends too early");
    }
}

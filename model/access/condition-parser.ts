/** Where an attribute comes from: what is asked, what exists, who asks, and the circumstances. */
export type AttributeSource = "request" | "resource" | "principal" | "environment";

export interface Attribute {
  readonly source: AttributeSource;
  /** e.g. `Microsoft.ContainerRegistry/registries/repositories:name`. */
  readonly name: string;
}

export type Condition =
  | { readonly kind: "and" | "or"; readonly operands: readonly Condition[] }
  | { readonly kind: "not"; readonly operand: Condition }
  | { readonly kind: "action"; readonly pattern: string }
  | { readonly kind: "subOperation"; readonly name: string }
  | { readonly kind: "exists"; readonly attribute: Attribute }
  | {
      readonly kind: "compare";
      readonly attribute: Attribute;
      readonly operator: string;
      /** Whether one value has to hold or each. */
      readonly values: "any" | "all";
      readonly operands: readonly string[];
    };

/** The condition can't be read. Callers decide what that means; they never take it for "holds". */
export class ConditionSyntaxError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ConditionSyntaxError";
  }
}

interface Token {
  readonly kind: "symbol" | "word" | "text" | "attribute" | "end";
  readonly value: string;
  readonly at: number;
}

const lexemes =
  /\s*(?:(&&|\|\||[(){}!,])|'((?:[^']|'')*)'|@(Request|Resource|Principal|Environment)\[([^\]]+)\]|([A-Za-z0-9][A-Za-z0-9:._-]*))/iy;

const operators =
  /^(?:(?:ForAnyOfAnyValues|ForAllOfAnyValues|ForAnyOfAllValues|ForAllOfAllValues):)?(?:String(?:Not)?(?:Equals|StartsWith|Like)(?:IgnoreCase)?|Guid(?:Not)?Equals|Bool(?:Not)?Equals)$/i;

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  lexemes.lastIndex = 0;
  while (lexemes.lastIndex < end) {
    const start = lexemes.lastIndex;
    const found = lexemes.exec(text);
    if (!found) {
      throw new ConditionSyntaxError(`unreadable at character ${start}`);
    }
    const at = start + found[0].length - found[0].trimStart().length;
    const [, symbol, quoted, source, name, word] = found;
    if (symbol !== undefined) {
      tokens.push({ kind: "symbol", value: symbol, at });
    } else if (quoted !== undefined) {
      tokens.push({ kind: "text", value: quoted.replaceAll("''", "'"), at });
    } else if (source !== undefined) {
      tokens.push({ kind: "attribute", value: `${source.toLowerCase()}|${name.trim()}`, at });
    } else {
      tokens.push({ kind: "word", value: word, at });
    }
  }
  tokens.push({ kind: "end", value: "the end", at: end });
  return tokens;
}

class Parser {
  private position = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  whole(): Condition {
    const condition = this.either();
    if (this.next.kind !== "end") {
      this.fail("AND, OR or the end");
    }
    return condition;
  }

  private get next(): Token {
    return this.tokens[this.position];
  }

  private fail(expected: string): never {
    throw new ConditionSyntaxError(
      `expected ${expected} at character ${this.next.at}, found ${this.next.value}`,
    );
  }

  private accept(kind: Token["kind"], ...values: string[]): string | undefined {
    const token = this.next;
    if (token.kind !== kind || (values.length > 0 && !values.includes(token.value.toLowerCase()))) {
      return undefined;
    }
    this.position += 1;
    return token.value;
  }

  private expect(kind: Token["kind"], what: string, ...values: string[]): string {
    return this.accept(kind, ...values) ?? this.fail(what);
  }

  private either(): Condition {
    return this.joined("or", () => this.both(), "||");
  }

  private both(): Condition {
    return this.joined("and", () => this.single(), "&&");
  }

  private joined(kind: "and" | "or", operand: () => Condition, symbol: string): Condition {
    const operands = [operand()];
    while (this.accept("word", kind) !== undefined || this.accept("symbol", symbol) !== undefined) {
      operands.push(operand());
    }
    return operands.length === 1 ? operands[0] : { kind, operands };
  }

  private single(): Condition {
    if (this.accept("symbol", "!") !== undefined || this.accept("word", "not") !== undefined) {
      return { kind: "not", operand: this.single() };
    }
    if (this.accept("symbol", "(") !== undefined) {
      const inner = this.either();
      this.expect("symbol", ")", ")");
      return inner;
    }
    if (this.accept("word", "actionmatches") !== undefined) {
      return { kind: "action", pattern: this.braced() };
    }
    if (this.accept("word", "suboperationmatches") !== undefined) {
      return { kind: "subOperation", name: this.braced() };
    }
    if (this.accept("word", "exists") !== undefined) {
      return { kind: "exists", attribute: this.attribute() };
    }
    return this.comparison();
  }

  private comparison(): Condition {
    const attribute = this.attribute();
    const word = this.expect("word", "an operator");
    if (!operators.test(word)) {
      throw new ConditionSyntaxError(`operator ${word} is not supported`);
    }
    const [quantifier, operator] = word.includes(":") ? word.split(":") : ["", word];
    const operands = this.next.value === "{" ? this.list() : [this.value()];
    const values = /OfAllValues$/i.test(quantifier) ? "all" : "any";
    return { kind: "compare", attribute, operator: operator.toLowerCase(), values, operands };
  }

  private attribute(): Attribute {
    const [source, name] = this.expect("attribute", "an attribute").split("|");
    return { source: source as AttributeSource, name: name };
  }

  private braced(): string {
    this.expect("symbol", "{", "{");
    const text = this.expect("text", "a quoted text");
    this.expect("symbol", "}", "}");
    return text;
  }

  private list(): string[] {
    this.expect("symbol", "{", "{");
    const values = [this.value()];
    while (this.accept("symbol", ",") !== undefined) {
      values.push(this.value());
    }
    this.expect("symbol", "}", "}");
    return values;
  }

  private value(): string {
    return this.accept("text") ?? this.accept("word") ?? this.fail("a value");
  }
}

/**
 * Reads an Azure role assignment condition (version 2.0).
 *
 * @throws ConditionSyntaxError for what it does not understand, never a guess.
 */
export function parseCondition(text: string): Condition {
  return new Parser(tokenize(text)).whole();
}

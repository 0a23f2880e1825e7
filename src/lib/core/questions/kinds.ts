/**
 * The one table of question kinds, and the doors to it: how a question is arranged, shown, answered, scored and told
 * about. A new kind is one file, one line in the table, and its types in question.ts.
 */
import { choice, type ChoiceResponse } from './choice.ts';
import { textIn, type Kind } from './kind.ts';
import { matching, type MatchingResponse } from './matching.ts';
import { number, type NumberResponse } from './number.ts';
import { open, type OpenResponse } from './open.ts';
import { ordering, type OrderingResponse } from './ordering.ts';
import type {
	AnswerProblem,
	Arrangement,
	ChoiceQuestion,
	Feedback,
	MatchingQuestion,
	NumberQuestion,
	OpenQuestion,
	OrderingQuestion,
	PublicQuestion,
	Question,
	QuestionKind,
	Response,
	Score,
	ShownResponse,
	TextQuestion
} from './question.ts';
import { text, type TextResponse } from './text.ts';

const kinds = {
	single: choice,
	multiple: choice,
	ordering,
	matching,
	text,
	number,
	open
} satisfies Record<QuestionKind, Kind> & {
	single: Kind<ChoiceQuestion, ChoiceResponse>;
	multiple: Kind<ChoiceQuestion, ChoiceResponse>;
	ordering: Kind<OrderingQuestion, OrderingResponse>;
	matching: Kind<MatchingQuestion, MatchingResponse>;
	text: Kind<TextQuestion, TextResponse>;
	number: Kind<NumberQuestion, NumberResponse>;
	open: Kind<OpenQuestion, OpenResponse>;
};

function kindOf(question: Question): Kind {
	return kinds[question.kind];
}

/** Stored long ago, or by another hand: a response to a question that was of another kind then is no answer to it. */
function fitting(question: Question, response: Response): Response {
	return response.kind === question.kind ? response : emptyResponse(question);
}

/**
 * An order to show the question in. Choices keep theirs with `shuffle` off; ordering and matching are always arranged,
 * and never come out already right. Empty for kinds without options. `random` gives 0 to below 1.
 */
export function arrange(question: Question, random: () => number): Arrangement {
	return kindOf(question).arrange(question, random);
}

/** What a browser may have of a question, in one locale: an allow-list, so that a new secret stays one. Never throws. */
export function publicQuestion(
	question: Question,
	arrangement: Arrangement,
	locale: string,
	fallbackLocale: string
): PublicQuestion {
	const reader = { locale, fallback: fallbackLocale };
	const part = kindOf(question).publicPart(question, arrangement, reader);
	return {
		kind: question.kind,
		points: question.points,
		optional: question.optional,
		prompt: textIn(question.prompt, reader),
		options: part.options ?? [],
		left: part.left ?? [],
		columns: part.columns ?? null,
		unit: part.unit ?? null
	};
}

/** The response with nothing in it. */
export function emptyResponse(question: Question): Response {
	return kindOf(question).empty(question);
}

/**
 * The response in a form's fields (named in `ShownResponse`), by the question's own positions. What no browser of ours
 * sends is read as a response that scores as invalid or empty; it never throws. Text is kept whole, however long.
 */
export function readResponse(question: Question, arrangement: Arrangement, fields: FormData): Response {
	return kindOf(question).read(question, arrangement, fields);
}

/** A stored response by shown positions. */
export function showResponse(question: Question, arrangement: Arrangement, response: Response): ShownResponse {
	return kindOf(question).show(question, arrangement, fitting(question, response));
}

/** Whether there is anything in it, right, wrong or impossible. */
export function isAnswered(question: Question, response: Response): boolean {
	return kindOf(question).isAnswered(question, fitting(question, response));
}

/** Formulas: rules.md, "Questions". Full precision. An empty response is invalid here, and 0 points in an assessment. */
export function scoreResponse(question: Question, response: Response): Score {
	if (!isAnswered(question, response)) return { is: 'invalid', code: 'empty' };
	return kindOf(question).score(question, response);
}

/** The same where an answer in parts counts only whole: in a lesson and in practice. An assessment takes what there is. */
export function scoreWhole(question: Question, response: Response): Score {
	const score = scoreResponse(question, response);
	if (score.is !== 'points' || kindOf(question).isComplete?.(question, response) !== false) return score;
	return { is: 'invalid', code: 'incomplete' };
}

/** Why what was given cannot count, though something was given; null when it can, or when nothing is there. */
export function problemOf(question: Question, response: Response): AnswerProblem | null {
	const score = scoreResponse(question, response);
	return score.is === 'invalid' && score.code !== 'empty' ? score.code : null;
}

/**
 * What may be told about a response. The right answer and the explanation (which often says it) come only with a right
 * response or when the answer is being shown (`reveal`); feedback only of the options chosen.
 */
export function tellFeedback(
	question: Question,
	arrangement: Arrangement,
	response: Response,
	locale: string,
	fallbackLocale: string,
	reveal: boolean
): Feedback {
	const reader = { locale, fallback: fallbackLocale };
	const kind = kindOf(question);
	const score = scoreResponse(question, response);
	const fraction = score.is === 'points' ? score.fraction : 0;
	const right = fraction === 1;
	const told = kind.told(question, arrangement, fitting(question, response), reader);
	const { explanation } = question.key;
	return {
		right,
		fraction,
		chosen: told.chosen ?? [],
		placesRight: told.placesRight ?? [],
		answer: right || reveal ? kind.answer(question, arrangement, reader) : null,
		explanation: explanation && (right || reveal) ? textIn(explanation, reader) : null
	};
}

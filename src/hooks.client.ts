import { isLocale, readLocaleFrom } from '$lib/i18n';

readLocaleFrom(() => {
	const lang = document.documentElement.lang;
	return isLocale(lang) ? lang : 'en';
});

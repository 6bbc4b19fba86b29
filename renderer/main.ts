import { createPinia } from 'pinia';
import { createApp } from 'vue';
import { config } from 'zod';
import App from './App.vue';
import { listenToKeys } from './commands';
import { startHost, startReactions } from './wire';
import '@fontsource/inter/latin-400.css';
import '@fontsource/inter/latin-500.css';
import '@fontsource/inter/latin-600.css';
import '@fontsource/jetbrains-mono/latin-400.css';
import '@fontsource/jetbrains-mono/latin-500.css';
import '@fontsource/jetbrains-mono/latin-600.css';
import 'dockview-vue/dist/styles/dockview.css';
import './theme.css';

// The content security policy forbids the code that zod would otherwise generate.
config({ jitless: true });

createApp(App).use(createPinia()).mount('#app');
listenToKeys(window);
startReactions();
startHost();
